#!/usr/bin/env python3
"""A WebSocket server that nobody here wrote (Python `websockets`), for tests of the client.

usage: websocket_peer.py MODE [--cert FILE --key FILE] [--symbols N] [--rate N] [--count N]

Prints `port N` once it listens, then one line an event. It ends with its standard input.
"""
import argparse
import asyncio
import http
import json
import logging
import os
import ssl
import sys
import urllib.parse


def say(text):
    print(text, flush=True)


def numbered(number, symbol="AAPL"):
    """The frame of a numbered feed: one trade whose time is the number."""
    price = 100 + number % 1000 / 100
    return '{"data":[{"c":["1"],"p":%s,"s":"%s","t":%d,"v":%d}],"type":"trade"}' % (
        price, symbol, 1700000000000 + number, number)


async def frames(ws):
    """One message of every kind."""
    await ws.send('{"type":"ping"}')
    await ws.send(['{"data":', "[]", ',"type":', '"trade"}'])  # four fragments
    for _ in range(2000):
        await ws.ping()
    await ws.send(b"\x00\x01\xfe\xff")
    await ws.send(b"\xff\xfe not UTF-8", text=True)
    await ws.send("x" * (3 << 20))
    await ws.send([b"\x00" * 70000, b"\x01" * 70000])
    await ws.send("last")
    await ws.close(4000, "all sent")


async def pinged(ws):
    """Fragments with pings between them: control frames may stand there (RFC 6455, section 5.4)."""
    async def parts():
        for part in ("a", "b", "c"):
            await ws.ping()
            yield part
    await ws.send(parts())
    await ws.close(1000, "")


async def flood(ws):
    """Numbered frames with a hundred protocol pings before each."""
    for number in range(500):
        for _ in range(100):
            await ws.ping()
        await ws.send(numbered(number))
    await ws.close(1000, "done")


class Feed:
    """The numbered feed of a soak or kill test: goes on over reconnects and never repeats a number."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.number = 0

    async def __call__(self, ws):
        await ws.recv()  # a subscription
        say(f"subscribed {self.number}")
        rate, batch = self.arguments.rate, max(1, self.arguments.rate // 100)
        loop = asyncio.get_running_loop()
        start, sent = loop.time(), 0
        while not self.arguments.count or self.number < self.arguments.count:
            for _ in range(batch):
                await ws.send(numbered(self.number))
                self.number += 1
                sent += 1
            if rate:
                await asyncio.sleep(max(0, start + sent / rate - loop.time()))
        say(f"sent {self.number}")
        await ws.close(1000, "done")


async def listed(ws):
    """Prints what the client sends."""
    try:
        async for message in ws:
            kind = json.loads(message)
            say(f"{kind['type']} {kind['symbol']}")
            await ws.send(numbered(1, kind["symbol"]))
    finally:
        say("gone")


async def raw(mode, reader, writer):
    """What is no WebSocket server."""
    say("connection")
    if mode == "garbage":
        writer.write(b"SSH-2.0-OpenSSH_9.2 this is no HTTP\r\n\r\n")
    elif mode == "drip":
        try:
            for byte in b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nX-Slow: " + b"x" * 4000:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.05)
        except ConnectionError:
            return
    elif mode == "wrong-key":
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n")
    elif mode == "page":
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\nhello\n")
    if mode in ("garbage", "hang-up", "page", "wrong-key"):
        try:
            await writer.drain()
            writer.close()
        except ConnectionError:
            pass
        return
    await asyncio.sleep(3600)  # silent, drip


async def main():
    logging.getLogger("websockets").setLevel(logging.CRITICAL)  # clients that vanish are what tests are about
    parser = argparse.ArgumentParser()
    parser.add_argument("mode")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--rate", type=int, default=0)
    parser.add_argument("--count", type=int, default=0)
    arguments = parser.parse_args()
    tls = None
    if arguments.cert:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(arguments.cert, arguments.key)
    mode = arguments.mode
    if mode in ("garbage", "drip", "silent", "hang-up", "wrong-key", "page"):
        server = await asyncio.start_server(lambda r, w: raw(mode, r, w), "127.0.0.1", 0, ssl=tls)
        say(f"port {server.sockets[0].getsockname()[1]}")
    else:
        from websockets.asyncio.server import serve

        async def no_close_frame(ws):
            await ws.send("one")
            ws.transport.abort()

        async def quiet(ws):
            await ws.send("one")
            say("open")
            await ws.wait_closed()
            say("gone")

        async def quoting(ws):
            key = ws.request.path.split("token=")[1]
            await ws.close(4001, f"bad key {urllib.parse.unquote(key)} of {key}")

        handlers = {
            "frames": frames, "pinged": pinged, "no-close-frame": no_close_frame, "quiet": quiet, "listed": listed,
            "quoting": quoting, "flood": flood, "feed": Feed(arguments),
        }

        def refuse(connection, request):
            if mode.isdigit():
                return connection.respond(http.HTTPStatus(int(mode)), "no\n")
            say(f"request {request.path}")
            return None

        server = await serve(
            handlers.get(mode, quiet), "127.0.0.1", 0, ssl=tls, process_request=refuse, ping_interval=None,
            compression=None, max_size=None, write_limit=1 << 20)
        say(f"port {next(iter(server.sockets)).getsockname()[1]}")
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)
    os._exit(0)  # whatever is still connected goes without a word


try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
