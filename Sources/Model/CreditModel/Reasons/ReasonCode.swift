/// What can be wrong with a message, or keeps a case from going on. A code, once published, keeps its meaning.
public enum ReasonCode: String, Hashable, Sendable, CaseIterable {
    case envelopeMissing = "envelope.missing"
    case envelopeVersion = "envelope.version"
    case envelopeType = "envelope.type"
    case envelopeIdReused = "envelope.id-reused"
    case envelopeTooLarge = "envelope.too-large"
    case envelopeNotUTF8 = "envelope.not-utf8"

    case signatureMissing = "signature.missing"
    case signatureInvalid = "signature.invalid"
    case signatureKeyUnknown = "signature.key-unknown"

    case schemaMissing = "schema.missing"
    case schemaType = "schema.type"
    case schemaFormat = "schema.format"
    case schemaRange = "schema.range"

    case subjectCheckDigit = "subject.check-digit"
    case subjectBirthDate = "subject.birth-date"
    case subjectKind = "subject.kind"
    case subjectUnknown = "subject.unknown"

    case basisMissing = "basis.missing"
    case basisNotInForce = "basis.not-in-force"

    case prohibitedField = "prohibited.field"
    case prohibitedContent = "prohibited.content"
    case prohibitedSealed = "prohibited.sealed"

    case policyItemUnknown = "policy.item-unknown"
    case policySourceNotAllowed = "policy.source-not-allowed"
    case policySeverityNotAllowed = "policy.severity-not-allowed"
    case policyKindNotAllowed = "policy.kind-not-allowed"
    case policyMeasureNotAllowed = "policy.measure-not-allowed"
    case policySimpleProcedure = "policy.simple-procedure"
    case policySameOfficer = "policy.same-officer"

    case finalityAppealable = "finality.appealable"
    case finalityUnderReview = "finality.under-review"

    case capacityMinor = "capacity.minor"

    case stateDuplicate = "state.duplicate"
    case stateSuperseded = "state.superseded"
    case stateRevisionReused = "state.revision-reused"
    case stateNotFound = "state.not-found"
    case stateNotEligible = "state.not-eligible"
    case stateAlreadyOpen = "state.already-open"
    case stateRestricted = "state.restricted"

    case disputeConfirmed = "dispute.confirmed"
    case disputeUnverified = "dispute.unverified"

    case repairTooEarly = "repair.too-early"
    case repairRefused = "repair.refused"

    case sanctionObjectionUpheld = "sanction.objection-upheld"
    case sanctionDismissed = "sanction.dismissed"
    case sanctionNoGround = "sanction.no-ground"
    case sanctionExpired = "sanction.expired"
    case sanctionRevoked = "sanction.revoked"

    case rewardRefused = "reward.refused"
    case rewardDeclined = "reward.declined"
    case rewardExpired = "reward.expired"
}

extension ReasonCode {
    /// What happened, for a person who reads Chinese and one who reads English.
    public var message: (zh: String, en: String) {
        let texts = texts
        return (texts.zh, texts.en)
    }

    /// What to do about it, where a reason says nothing more exact.
    public var hint: String { texts.hint }

    private var texts: (zh: String, en: String, hint: String) {
        switch self {
        case .envelopeMissing:
            (
                "消息缺少必要的信封属性或内容", "The message lacks an attribute of its envelope, or its value",
                "send all CloudEvents attributes and a value"
            )
        case .envelopeVersion: ("不支持该 CloudEvents 版本", "This version of CloudEvents is not supported", "send specversion 1.0")
        case .envelopeType:
            ("消息类型未知，或不属于该主题", "The message type is unknown, or does not belong on this topic", "see topics/ for the types of each topic")
        case .envelopeIdReused:
            ("同一来源的消息编号已用于另一内容", "This id was used by the same source for another content", "give every new message an id of its own")
        case .envelopeTooLarge: ("消息超过允许的大小", "The message is larger than allowed", "send less in one message")
        case .envelopeNotUTF8: ("消息不是有效的 UTF-8 文本", "The message is not valid UTF-8", "encode the message as UTF-8")
        case .signatureMissing: ("消息没有签名", "The message is not signed", "sign with a key that is registered for the source")
        case .signatureInvalid:
            ("签名与消息内容不符", "The signature does not match the message", "sign the bytes as they are sent, after the last change")
        case .signatureKeyUnknown:
            ("签名密钥未登记，或不属于该来源", "The key is not registered for this source", "register the key first, or use one that is registered")
        case .schemaMissing: ("缺少必填字段", "A required field is missing", "fill in the field")
        case .schemaType: ("字段的数据类型不正确", "The field has another type than it should", "see topics/schemas for the type")
        case .schemaFormat: ("字段的格式不正确", "The field is not in the right format", "see topics/schemas for the format")
        case .schemaRange: ("字段的值超出允许范围", "The value lies outside of the allowed range", "check the value against the document")
        case .subjectCheckDigit:
            ("证件号码或代码的校验位不正确", "The check digit of the number is wrong", "compare the number with the document")
        case .subjectBirthDate:
            ("证件号码中的出生日期不正确", "The date of birth in the number is not possible", "compare the number with the document")
        case .subjectKind:
            (
                "主体类别与证件类型不符", "The kind of subject and the type of document do not go together",
                "persons have person documents, organizations codes"
            )
        case .subjectUnknown: ("系统中没有该信用主体", "This subject is not known here", "check the subject, or register it first")
        case .basisMissing:
            ("没有写明法律依据", "No legal basis is named", "name the law in 《》 and the article")
        case .basisNotInForce:
            ("所引依据在决定之日不具有效力", "The basis was not in force on the day of the decision", "name the instrument that applied on that day")
        case .prohibitedField:
            ("该事项不得采集此字段", "This field may not be collected for this item", "send only what the catalogue declares for the item")
        case .prohibitedContent:
            ("内容含有禁止采集的信息", "The content holds information that may not be collected", "take it out and send the rest")
        case .prohibitedSealed:
            ("该类记录依法封存，不得报送", "Records of this kind are sealed by law and may not be sent", "do not send it")
        case .policyItemUnknown: ("目录中没有该事项", "The catalogue has no such item", "use an item of the catalogue")
        case .policySourceNotAllowed:
            ("该来源无权报送或办理此事项", "This source has no right to do this", "let the unit that is responsible send it")
        case .policySeverityNotAllowed:
            ("目录不允许该事项采用此严重程度", "The catalogue does not allow this severity for the item", "use a severity that the catalogue names")
        case .policyKindNotAllowed:
            ("目录不允许对此类主体记录该事项", "The catalogue does not allow the item for this kind of subject", "check the item and the subject")
        case .policyMeasureNotAllowed:
            (
                "清单不允许对此情形采取该措施", "The list does not allow this measure here",
                "propose measures that the list has for the cause and the severity"
            )
        case .policySimpleProcedure:
            (
                "自然人简易程序处罚和已改正的轻微违法不予归集",
                "Penalties of persons by simple procedure, and slight cases that were remedied, are not collected",
                "do not send it"
            )
        case .policySameOfficer:
            ("提出与决定须由不同人员作出", "The same officer may not propose and decide, or find and review", "let another officer decide")
        case .finalityAppealable:
            ("决定尚在申请复议或提起诉讼的期限内", "The decision can still be appealed", "nothing to do; it takes effect when the term has run out")
        case .finalityUnderReview:
            ("决定正在复议或诉讼中", "The decision is under review", "send a revision when the review has ended")
        case .capacityMinor:
            ("行为发生时主体未成年，不得记录不良信息", "The subject was a minor at the time of the conduct", "do not send adverse records of minors")
        case .repairTooEarly:
            ("最短公示期尚未届满", "The minimum period of the record is not over yet", "apply again when it is over")
        case .repairRefused:
            ("经审查，不予修复", "The authority has decided not to grant the repair", "read the decision; an appeal is possible")
        case .sanctionObjectionUpheld: ("异议成立，不予惩戒", "The objection was upheld; there is no sanction", "nothing to do")
        case .sanctionDismissed: ("经审查，不予惩戒", "The authority has decided not to impose the sanction", "nothing to do")
        case .sanctionNoGround:
            (
                "所依据的记录已改正、修复、撤销或失效", "The records that it rests on were corrected, repaired, withdrawn or have expired",
                "nothing to do"
            )
        case .sanctionExpired: ("惩戒期限已届满", "The term of the measures is over", "nothing to do")
        case .sanctionRevoked: ("惩戒决定已撤销", "The decision was revoked", "nothing to do")
        case .rewardRefused:
            ("经审核，不予授予该激励", "It was decided not to grant the reward", "read the decision; a new nomination is possible")
        case .rewardDeclined:
            ("本人不愿意接受该激励", "The person does not want the reward", "nothing to do; nominate again only if the person agrees")
        case .rewardExpired: ("激励期限届满", "The term of the reward is over", "nothing to do; a new nomination is possible")
        case .stateDuplicate: ("该消息此前已收到", "This message has been received before", "nothing to do")
        case .stateSuperseded: ("已有更新的版本", "A newer revision is known already", "nothing to do, or send a higher revision")
        case .stateRevisionReused:
            ("同一版本号已用于另一内容", "This revision was used for another content", "send the change with the next revision")
        case .stateNotFound: ("没有找到所指的记录或案件", "The record or case that is named does not exist", "check the id")
        case .stateNotEligible:
            ("目前的状态不允许此操作", "The state of the case does not allow this now", "see the state of the record or case")
        case .stateAlreadyOpen: ("同一事项已有正在办理的案件", "A case about the same matter is open", "follow the case that is open")
        case .stateRestricted:
            ("记录处于异议限制中", "The record is restricted by a dispute or review", "wait until the dispute has ended")
        case .disputeConfirmed:
            ("经核查，记录无误", "The record was checked and found right", "read the finding; a review may be asked for where one is named")
        case .disputeUnverified:
            (
                "在法定期限内未能核实记录", "Within its term nobody could show that the record is right",
                "nothing to do; it stays restricted and is removed at the instant that is named"
            )
        }
    }
}
