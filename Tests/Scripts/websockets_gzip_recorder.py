#!/usr/bin/env python3
"""The recorder that one writes in an afternoon: Python `websockets` into a gzip file. The benchmark's peer.

usage: websockets_gzip_recorder.py URL FILE LEVEL

Prints the number of frames and the seconds from the first message to the closed file.
"""
import asyncio
import gzip
import sys
import time

from websockets.asyncio.client import connect


async def main():
    url, path, level = sys.argv[1], sys.argv[2], int(sys.argv[3])
    count, start = 0, None
    with gzip.open(path, "wb", compresslevel=level) as tape:
        async with connect(url, compression=None, max_size=None, ping_interval=None) as ws:
            await ws.send('{"type":"subscribe","symbol":"AAPL"}')
            async for message in ws:
                if start is None:
                    start = time.perf_counter()
                count += 1
                tape.write(b'{"seq":%d,"receive":%d,"frame":%s}\n' % (count, time.time_ns(), message.encode()))
    print(count, time.perf_counter() - start)


asyncio.run(main())
