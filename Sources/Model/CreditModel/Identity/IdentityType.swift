/// The documents and codes by which subjects are named (`idType`).
public enum IdentityType: String, Hashable, Sendable, CaseIterable {
    /// 公民身份号码, GB 11643-1999.
    case residentId = "RESIDENT_ID"
    /// 港澳台居民居住证: the form of GB 11643 with the regions 810000, 820000 and 830000.
    case hmtResidence = "HMT_RESIDENCE"
    /// 外国人永久居留身份证, of 2023 (18 digits, beginning with 9) or 2017 (three letters, twelve digits).
    case foreignPermanentResidence = "FOREIGN_PR"
    /// 护照.
    case passport = "PASSPORT"
    /// 港澳居民来往内地通行证.
    case hongKongMacaoPermit = "HM_PERMIT"
    /// 台湾居民来往大陆通行证.
    case taiwanPermit = "TAIWAN_PERMIT"
    /// 军官证, 士兵证, 警官证.
    case militaryId = "MILITARY_ID"
    /// Any other document of a person.
    case other = "OTHER"
    /// 统一社会信用代码, GB 32100-2015.
    case uscc = "USCC"
    /// 组织机构代码, GB 11714-1997.
    case organizationCode = "ORG_CODE"
    /// 工商注册号.
    case registrationNo = "REGISTRATION_NO"
    /// 税务登记号.
    case taxNo = "TAX_NO"
    /// 事业单位证书号.
    case institutionNo = "INSTITUTION_NO"
    /// 社会组织登记证号.
    case socialOrganizationNo = "SOCIAL_ORG_NO"

    /// The kind of subject that has it.
    public var kind: SubjectKind {
        switch self {
        case .residentId, .hmtResidence, .foreignPermanentResidence, .passport, .hongKongMacaoPermit, .taiwanPermit, .militaryId, .other:
            .person
        case .uscc, .organizationCode, .registrationNo, .taxNo, .institutionNo, .socialOrganizationNo: .organization
        }
    }

    /// Types with one space of numbers have one class: the same 18 digits are the same person, whichever of the three cards was meant.
    public var lookupClass: String {
        switch self {
        case .residentId, .hmtResidence, .foreignPermanentResidence: "CITIZEN"
        default: rawValue
        }
    }
}
