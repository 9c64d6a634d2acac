/// HKDF with SHA-256 (RFC 5869): keys from a secret that is not uniform.
enum HKDF {
    static let hashLength = 32

    /// A key of 32 bytes that holds what the material has of the unforeseeable.
    static func extract(salt: ArraySlice<UInt8>, _ material: ArraySlice<UInt8>...) -> [UInt8] { HMACKey(salt).code(of: material) }

    /// `count` bytes, at most 255 times 32, that belong to `info`.
    static func expand(_ key: [UInt8], info: ArraySlice<UInt8>, count: Int) -> [UInt8] {
        precondition(count <= 255 * hashLength, "HKDF gives at most 8160 bytes")
        let hmac = HMACKey(key)
        var output: [UInt8] = []
        var block: [UInt8] = []
        var index: UInt8 = 0
        while output.count < count {
            index += 1
            block = hmac.code(block[...], info, [index])
            output += block
        }
        return Array(output.prefix(count))
    }
}
