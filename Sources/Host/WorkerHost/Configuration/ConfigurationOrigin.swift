import YAML

/// Where a value was set; later kinds win over earlier ones.
public enum ConfigurationOrigin: Hashable, Sendable, CustomStringConvertible {
    case builtIn
    case file(YAMLPlace)
    /// The name of the variable.
    case environment(String)
    /// The flag's key.
    case flag(String)

    public var description: String {
        switch self {
        case .builtIn: return "default"
        case .file(let place): return place.description
        case .environment(let name): return "environment " + name
        case .flag(let key): return "--set " + key
        }
    }
}
