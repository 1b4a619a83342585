import Sandbox
import TestSupport
import Testing

/// The two deployments that everything must hold on.
enum ServerKind: CaseIterable, CustomTestStringConvertible, Sendable {
    case standalone, replicaSet

    var testDescription: String { self == .standalone ? "standalone" : "replica set of one" }

    var server: MongodServer {
        get throws { try (self == .standalone ? TestServers.standalone : TestServers.replicaSet).get() }
    }

    var uri: String { get throws { try server.uri } }
}

/// Several parameters of a URI joined to one that may have some already.
func uri(_ base: String, with options: String) -> String { base + (base.contains("?") ? "&" : "?") + options }

/// Skips what needs a mongod of its own on a machine that only has a remote server.
let needsMongod = ConditionTrait.enabled(
    if: (try? SandboxPrograms.mongod()) != nil,
    "SKIPPED: no mongod here to start; run 'make setup' without TAPEDECK_MONGO_URI")
