import CreditModel

extension InboundType {
    /// Whether it names a subject by an identity number, and so has to go by way of identity.
    var namesSubject: Bool {
        switch self {
        case .recordSubmitted, .recordWithdrawn, .subjectRegistered, .disputeRequested, .disputeReviewRequested, .objectionRaised,
            .repairApplied, .sanctionTriggered, .rewardNominated, .rewardDeclined, .queryRequested:
            true
        case .disputeFound, .objectionAnswered, .repairReviewed, .sanctionDecided, .rewardDecided, .publicityReleased, .noticeAcknowledged,
            .deliveryAcknowledged:
            false
        }
    }

    /// Where its messages may go; two, where the case says which.
    var areas: [Area] {
        switch self {
        case .recordSubmitted, .recordWithdrawn: [.record]
        case .subjectRegistered: [.subject]
        case .disputeRequested, .disputeReviewRequested, .disputeFound: [.dispute]
        case .objectionRaised, .objectionAnswered: [.sanction, .reward]
        case .repairApplied, .repairReviewed: [.repair]
        case .sanctionTriggered, .sanctionDecided: [.sanction]
        case .rewardNominated, .rewardDeclined, .rewardDecided: [.reward]
        case .publicityReleased: [.publicity]
        case .queryRequested: [.query]
        case .noticeAcknowledged: [.notice]
        case .deliveryAcknowledged: [.delivery]
        }
    }

    /// The member that names the officer who decides, where the type has one.
    var officerMember: StaticString? {
        switch self {
        case .disputeFound, .repairReviewed, .objectionAnswered, .publicityReleased: "officer"
        case .sanctionDecided, .rewardDecided: "approver"
        case .sanctionTriggered: "proposer"
        default: nil
        }
    }

    /// The member that names its case, where the type has one.
    var caseMember: StaticString? {
        switch self {
        case .disputeReviewRequested, .disputeFound: "disputeId"
        case .repairReviewed: "repairId"
        case .objectionRaised, .objectionAnswered, .sanctionDecided, .rewardDecided, .rewardDeclined: "caseId"
        default: nil
        }
    }

    /// Members that tell of a day that has been.
    var pastDays: [(object: StaticString?, member: StaticString)] {
        switch self {
        case .subjectRegistered: [(nil, "registeredAt")]
        case .repairApplied: [("commitment", "signedAt")]
        case .rewardNominated: [("consent", "givenAt")]
        case .noticeAcknowledged, .deliveryAcknowledged: [(nil, "at")]
        default: []
        }
    }
}
