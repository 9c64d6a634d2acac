/// The error of this type that `body` throws; nil when it throws another one or none.
///
/// What `#expect(throws:)` gives back is not there with Swift 6.0: `let failure = try #require(thrown(LogFailure.self) { … })`.
public func thrown<Failure: Error, Result>(_ type: Failure.Type, by body: () throws -> Result) -> Failure? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? Failure
    }
}
