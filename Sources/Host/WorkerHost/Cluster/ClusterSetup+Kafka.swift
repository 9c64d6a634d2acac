import CreditModel
import Files
import KafkaLog
import StreamCore

extension ClusterSetup {
    /// The properties for a connection to Kafka, with what lies in files.
    public func kafka(bootstrap: String, clientId: String) throws(ConfigurationFailure) -> KafkaOptions {
        try settings.kafka.options(bootstrap: bootstrap, clientId: clientId)
    }

    /// Where the master key of a Kafka cluster lies, which all its processes have to share.
    public enum KeyPlace: Equatable, Sendable {
        /// There is a file.
        case file(String)
        /// There is none, and the profile allows to make one here, where every process of this user on this machine finds it.
        case toBeMade(String)
    }

    /// Finds the master key of a Kafka cluster: the file that the configuration names; a relative name is looked for below the process's own
    /// folder first. Throws when there is none, unless the profile lets it be made (`host.createsMasterKey`, development).
    ///
    /// A key is never made inside of a process's folder: the next process would make another one, and could open nothing of the first.
    public func keyPlace(ofCluster clusterId: String, beside folder: String?) throws(HostFailure) -> KeyPlace {
        let file = settings.masterKeyFile
        if file.hasPrefix("/") {
            if Files.exists(file) { return .file(file) }
            if settings.createsMasterKey { return .toBeMade(file) }
            throw HostFailure("the master key \(file) is not there", hint: ClusterSetup.keyHint)
        }
        if let folder {
            let own = "\(WorkerFolder(folder).path)/\(file)"
            if Files.exists(own) { return .file(own) }
        }
        let shared = ClusterSetup.sharedKey(of: clusterId, Environment.variables)
        if let shared, settings.createsMasterKey { return Files.exists(shared) ? .file(shared) : .toBeMade(shared) }
        let place = folder.map { "\(WorkerFolder($0).path)/\(file)" } ?? file
        throw HostFailure("there is no master key at \(place)", hint: ClusterSetup.keyHint)
    }

    private static let keyHint =
        "every process of a cluster needs the same one: name its file with a full path by host.masterKeyFile, or put a copy there, mode 0600; "
        + "`head -c 32 /dev/urandom | xxd -p -c 64` makes the first"

    /// Of the development profile: below the user's own folder for state (XDG Base Directory), by cluster.
    static func sharedKey(of clusterId: String, _ variables: [String: String]) -> String? {
        let state = variables["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? variables["HOME"].map { "\($0)/.local/state" }
        guard let state, state.hasPrefix("/") else { return nil }
        // Kafka's own ids are base64url; what else somebody has set must not leave the folder.
        let name = String(clusterId.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") ? $0 : "_" })
        return "\(state)/chengxin/keys/\(name).key"
    }

    /// The keys of a Kafka cluster, for who only reads. Throws when they are missing, or this user may not read them.
    public func presentKeys(ofCluster clusterId: String, beside folder: String? = nil) throws -> ClusterKeys {
        switch try keyPlace(ofCluster: clusterId, beside: folder) {
        case .file(let path), .toBeMade(let path): return try MasterKeyFile.keys(at: path, mayMake: false)
        }
    }
}
