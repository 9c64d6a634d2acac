/// What has to hold, by its name in the promises.
public enum Invariant: String, CaseIterable, Comparable, Sendable {
    case g1 = "G1"
    case g2 = "G2"
    case g3 = "G3"
    case g4 = "G4"
    case g5 = "G5"
    case g6 = "G6"
    case g7 = "G7"
    case s1 = "S1"
    case s2 = "S2"
    case s3 = "S3"
    case l1 = "L1"
    case l2 = "L2"
    case l3 = "L3"
    case t1 = "T1"
    case t2 = "T2"
    case t3 = "T3"
    case e4 = "E4"
    case p1 = "P1"
    case p2 = "P2"
    case p3 = "P3"
    case p4 = "P4"
    /// Only when everything has to be done: something is not.
    case open = "OPEN"

    /// What it says, in one sentence.
    public var sentence: String {
        switch self {
        case .g1: "no record is lost between the first offset that is kept and the end"
        case .g2: "each input of a worker is answered once, by the transaction that covers it"
        case .g3: "nothing of an aborted transaction is visible"
        case .g4: "of a transaction all outputs are visible, once and in order, or none"
        case .g5: "positions never go back, lie within their topics, and are those of the group"
        case .g6: "no worker acts on what was not committed"
        case .g7: "a changelog is whole: each transaction ends with its meta, and the rows add up to its checksum"
        case .s1: "each submission has exactly one outcome"
        case .s2: "each outcome has its submission"
        case .s3: "a bureau's number and revision have one content"
        case .l1: "a record's versions have no gaps, and each names the hash of the one before"
        case .l2: "each version has one cause, and a cause makes one version at most"
        case .l3: "the current record is the newest version"
        case .t1: "no timer fires before it is due"
        case .t2: "the ticks of a shard never go back"
        case .t3: "what is decided carries the tick of its transaction"
        case .e4: "no identity number and no organisation code occurs behind identity"
        case .p1: "what is listed is a record in force that the law of its decision's date publishes"
        case .p2: "a listing begins with the decision and ends with the ledger's last day"
        case .p3: "a listing shows the name of the profile, and never a minor"
        case .p4: "what the law orders to publish is listed"
        case .open: "nothing is left to be done"
        }
    }

    public static func < (left: Invariant, right: Invariant) -> Bool { left.order < right.order }

    private var order: Int { Invariant.allCases.firstIndex(of: self) ?? 0 }
}
