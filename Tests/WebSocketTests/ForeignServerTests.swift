import Foundation
import Synchronization
import TestSupport
import Testing

@testable import WebSocket

/// The client against Python's `websockets`, plain and TLS.
@Suite(.enabled(if: PythonPeer.isThere))
struct ForeignServerTests {
    /// A loop with one client.
    private final class Link {
        let loop: ServiceLoop
        let events: ClientEvents
        private let box = ClientBox()

        init(
            _ url: String, keepsMessages: Bool = false, caFile: String? = nil, timeout: Duration = .seconds(20),
            limit: Int = 4 << 20
        ) throws {
            loop = try ServiceLoop(name: "client")
            events = ClientEvents(keepsMessages: keepsMessages)
            var configuration = WebSocketClientConfiguration(url: try WebSocketURL(url))
            configuration.caFile = caFile
            configuration.handshakeTimeout = timeout
            configuration.maximumMessageBytes = limit
            let (loop, events, box, chosen) = (loop, events, box, configuration)
            loop.perform {
                box.client = WebSocketClient(loop: loop, configuration: chosen, handler: events)
                box.client?.connect()
            }
        }
        func perform(_ work: @escaping @Sendable (WebSocketClient?) -> Void) {
            loop.perform { [box] in work(box.client) }
        }
        deinit { loop.stop() }
    }

    /// `@unchecked Sendable`: the client is made and used on the loop's thread only.
    private final class ClientBox: @unchecked Sendable {
        var client: WebSocketClient?
    }

    @Test func everyKindOfMessageArrivesToTheByte() throws {
        let peer = try PythonPeer("frames")
        let link = try Link("ws://127.0.0.1:\(peer.port)/?token=secret", keepsMessages: true)
        #expect(link.events.next() == "opened")
        #expect(link.events.next() == "closed by server 4000 all sent")
        let expected: [[UInt8]] = [
            Array(#"{"type":"ping"}"#.utf8), Array(#"{"data":[],"type":"trade"}"#.utf8), [0, 1, 0xFE, 0xFF],
            [0xFF, 0xFE] + Array(" not UTF-8".utf8), [UInt8](repeating: UInt8(ascii: "x"), count: 3 << 20),
            [UInt8](repeating: 0, count: 70000) + [UInt8](repeating: 1, count: 70000), Array("last".utf8),
        ]
        let received = link.events.received.withLock { $0 }
        #expect(received.map(\.count) == expected.map(\.count))
        #expect(received == expected)
        #expect(link.events.kinds.withLock { $0 } == [.text, .text, .binary, .text, .text, .binary, .text])
    }

    @Test func aMessageOverTheLimitIsToldBetweenItsNeighbours() throws {
        let peer = try PythonPeer("frames")
        let link = try Link("ws://127.0.0.1:\(peer.port)/", limit: 1 << 20)
        let events = (0..<8).map { _ in link.events.next() }
        #expect(events[0] == "opened")
        #expect(events[5] == "too long \(3 << 20)")
        #expect(events[7] == "text last")
    }

    @Test func controlFramesBetweenFragmentsChangeNothing() throws {
        let peer = try PythonPeer("pinged")
        let link = try Link("ws://127.0.0.1:\(peer.port)/")
        #expect(link.events.next() == "opened")
        #expect(link.events.next() == "text abc")
        #expect(link.events.next() == "closed by server 1000 ")
    }

    @Test(arguments: [(401, "status(401)"), (403, "status(403)"), (429, "status(429)"), (503, "status(503)")])
    func refusalsNameTheStatusAndNoKey(status: Int, kind: String) throws {
        let peer = try PythonPeer("\(status)")
        let link = try Link("ws://127.0.0.1:\(peer.port)/?token=secret")
        let event = link.events.next()
        #expect(event.hasPrefix("failed \(kind): ws://127.0.0.1:\(peer.port)/ answered"))
        #expect(!event.contains("secret"))
    }

    @Test func aPageInsteadOfAHandshakeIsItsStatus() throws {
        let peer = try PythonPeer("page")
        let link = try Link("ws://127.0.0.1:\(peer.port)/?token=secret")
        #expect(link.events.next().hasPrefix("failed status(200):"))
    }

    @Test(arguments: ["garbage", "wrong-key", "hang-up"])
    func whatIsNoHandshakeIsToldAsSuch(mode: String) throws {
        let peer = try PythonPeer(mode)
        let link = try Link("ws://127.0.0.1:\(peer.port)/?token=secret")
        let event = link.events.next()
        #expect(event.hasPrefix("failed handshake: ws://127.0.0.1:\(peer.port)/"), "\(event)")
        #expect(!event.contains("secret"))
    }

    @Test(arguments: ["silent", "drip"])
    func aSlowHandshakeIsGivenUp(mode: String) throws {
        let peer = try PythonPeer(mode)
        let link = try Link("ws://127.0.0.1:\(peer.port)/?token=secret", timeout: .milliseconds(300))
        let event = link.events.next()
        #expect(event.hasPrefix("failed network: ws://127.0.0.1:\(peer.port)/ did not finish the handshake within 0.3"))
    }

    @Test func anEndWithoutACloseFrameIsTheNetworks() throws {
        let peer = try PythonPeer("no-close-frame")
        let link = try Link("ws://127.0.0.1:\(peer.port)/")
        #expect(link.events.next() == "opened")
        let rest = [link.events.next(), link.events.next()]
        // The reset may overtake the message in the kernel; the closure is what matters.
        #expect(rest.contains("closed by network - "), "\(rest)")
    }

    @Test func aHalfOpenConnectionCanBeDropped() throws {
        let peer = try PythonPeer("quiet")
        let link = try Link("ws://127.0.0.1:\(peer.port)/")
        #expect(link.events.next() == "opened")
        #expect(link.events.next() == "text one")
        kill(peer.processIdentifier, SIGSTOP)
        link.perform { client in
            client?.ping()
            client?.abort()
        }
        #expect(link.events.next() == "closed by client - ")
    }

    @Test func aCloseThatIsNotAnsweredEndsWithinASecond() throws {
        let peer = try PythonPeer("quiet")
        let link = try Link("ws://127.0.0.1:\(peer.port)/")
        #expect(link.events.next() == "opened")
        #expect(link.events.next() == "text one")
        kill(peer.processIdentifier, SIGSTOP)
        link.perform { client in client?.close(reason: "done") }
        #expect(link.events.next() == "closed by client 1000 done")
    }

    @Test func givingUpWhileConnectingIsTold() throws {
        let peer = try PythonPeer("silent")
        let link = try Link("ws://127.0.0.1:\(peer.port)/?token=secret")
        link.perform { client in client?.abort() }
        let event = link.events.next()
        #expect(event == "failed network: the connection to ws://127.0.0.1:\(peer.port)/ was given up")
    }

    @Test func aNameWithoutAddressIsTheNetworks() throws {
        let link = try Link("ws://no-such-host.invalid/?token=secret")
        let event = link.events.next()
        #expect(
            event.hasPrefix("failed network: cannot connect to ws://no-such-host.invalid/: no address:"), "\(event)")
        #expect(!event.contains("secret"))
    }

    @Test func failedConnectionsLeaveNothingBehind() throws {
        let before = WebSocketClient.living.load(ordering: .sequentiallyConsistent)
        for mode in ["garbage", "401"] {
            let peer = try PythonPeer(mode)
            for _ in 0..<20 {
                let link = try Link("ws://localhost:\(peer.port)/?token=secret")
                #expect(link.events.next().hasPrefix("failed"))
            }
        }
        // Other tests of the suite may have clients meanwhile, a handful and not forty.
        let after = WebSocketClient.living.load(ordering: .sequentiallyConsistent)
        #expect(after - before < 20, "\(after - before) clients more")
    }

    // MARK: - TLS

    @Test(.enabled(if: TestAuthority.isThere)) func tlsWithAPrivateAuthority() throws {
        let authority = try TestAuthority()
        let peer = try PythonPeer("frames", authority.arguments(.none))
        let link = try Link(
            "wss://localhost:\(peer.port)/?token=secret", keepsMessages: true, caFile: authority.caFile)
        #expect(link.events.next() == "opened")
        #expect(link.events.next() == "closed by server 4000 all sent")
        #expect(link.events.received.withLock { $0.count } == 7)
    }

    @Test(
        .enabled(if: TestAuthority.isThere),
        arguments: [
            (TestAuthority.Flaw.expired, true, "expired"), (.wrongHost, true, "mismatch"),
            (.none, false, "issuer certificate"),
        ])
    func badCertificatesAreRefusedByName(flaw: TestAuthority.Flaw, knowsAuthority: Bool, word: String) throws {
        let authority = try TestAuthority()
        let peer = try PythonPeer("quiet", authority.arguments(flaw))
        let link = try Link(
            "wss://localhost:\(peer.port)/?token=secret", caFile: knowsAuthority ? authority.caFile : nil)
        let event = link.events.next()
        #expect(event.hasPrefix("failed tls: "), "\(event)")
        #expect(event.lowercased().contains(word), "\(event)")
        #expect(!event.contains("secret"))
    }

    @Test(.enabled(if: TestAuthority.isThere)) func aStatusOverTLSIsAStatus() throws {
        let authority = try TestAuthority()
        let peer = try PythonPeer("401", authority.arguments(.none))
        let link = try Link("wss://localhost:\(peer.port)/?token=secret", caFile: authority.caFile)
        #expect(link.events.next().hasPrefix("failed status(401):"))
    }

    @Test func aServerWithoutTLSIsATLSError() throws {
        let peer = try PythonPeer("garbage")
        let link = try Link("wss://localhost:\(peer.port)/?token=secret")
        let event = link.events.next()
        #expect(event.hasPrefix("failed tls: "), "\(event)")
    }

    @Test func anUnreadableAuthorityIsNamed() throws {
        let link = try Link("wss://localhost:1/?token=secret", caFile: "/no/such/file.pem")
        let event = link.events.next()
        #expect(event.hasPrefix("failed tls: "), "\(event)")
        #expect(event.contains("/no/such/file.pem"), "\(event)")
    }
}
