/// What a column of 双公示 holds, whichever code or title it goes by (发改办财金〔2018〕424号, annex, and the tables of 2015 before it).
public enum DoublePublicityColumn: UInt8, Hashable, Sendable, CaseIterable {
    case name, category
    case uscc, registrationNo, organizationCode, taxNo, institutionNo, socialOrganizationNo
    /// The legal representative is not the subject, so nothing about that person is passed on.
    case representative, representativeIdType, representativeIdNumber
    case personIdType, personIdNumber
    case documentNo, documentName, decisionDate, authority, authorityCode
    case violationType, facts, basis, penaltyType, penaltyTypeFurther, result, fine, confiscated, licence
    case permitType, certificateName, permitNo, content, projectName, validFrom
    case validUntil, publicUntil
    case state, sourceUnit, sourceUnitCode, regionCode, timestamp, note
}

/// The two tables of 双公示.
public enum DoublePublicityTable: String, Hashable, Sendable, CaseIterable {
    /// 行政处罚.
    case penalties = "CF"
    /// 行政许可.
    case permits = "XK"

    public var catalogItem: String {
        switch self {
        case .penalties: "penalty.administrative"
        case .permits: "permit.administrative"
        }
    }

    /// The code of a column; of those that both generations have, the newer. Nil when this table has no such column.
    public func code(of column: DoublePublicityColumn) -> String? { Self.codes[self]?[column] }

    /// Code, column, and how the standard names it; the newer generation first.
    static let standard: [(table: DoublePublicityTable?, code: String, column: DoublePublicityColumn, titles: [String])] = [
        (.penalties, "CF_XDR_MC", .name, names), (.penalties, "CF_XDR_LB", .category, categories),
        (.penalties, "CF_XDR_SHXYM", .uscc, usccs), (.penalties, "CF_XDR_GSZC", .registrationNo, registrationNos),
        (.penalties, "CF_XDR_ZZJG", .organizationCode, organizationCodes), (.penalties, "CF_XDR_SWDJ", .taxNo, taxNos),
        (.penalties, "CF_XDR_SYDW", .institutionNo, institutionNos),
        (.penalties, "CF_XDR_SHZZ", .socialOrganizationNo, socialOrganizationNos),
        (.penalties, "CF_FRDB", .representative, representatives), (.penalties, "CF_FR_ZJLX", .representativeIdType, representativeIdTypes),
        (.penalties, "CF_FR_ZJHM", .representativeIdNumber, representativeIdNumbers),
        (.penalties, "CF_XDR_ZJLX", .personIdType, personIdTypes), (.penalties, "CF_XDR_ZJHM", .personIdNumber, personIdNumbers),
        (.penalties, "CF_WSH", .documentNo, ["决定书文号", "文书号", "文号", "决定文书号", "处罚文号"]),
        (.penalties, "CF_WFXW", .violationType, ["违法行为类型"]), (.penalties, "CF_SY", .facts, ["违法事实", "处罚事由", "事由"]),
        (.penalties, "CF_YJ", .basis, ["处罚依据", "依据"]), (.penalties, "CF_CFLB", .penaltyType, ["处罚类别", "处罚种类"]),
        (.penalties, "CF_NR", .result, ["处罚内容", "内容", "处罚结果", "结果"]), (.penalties, "CF_NR_FK", .fine, ["罚款金额"]),
        (
            .penalties, "CF_NR_WFFF", .confiscated,
            [
                "没收违法所得/非法财物金额", "没收违法所得、没收非法财物的金额", "没收违法所得、非法财物金额", "没收违法所得、没收非法财物金额",
                "没收违法所得或非法财物金额", "没收金额",
            ]
        ), (.penalties, "CF_NR_ZKDX", .licence, ["暂扣或吊销证照名称及编号", "暂扣或吊销证照名称"]),
        (.penalties, "CF_JDRQ", .decisionDate, ["决定日期", "处罚日期"]), (.penalties, "CF_YXQ", .validUntil, ["处罚有效期", "有效期", "有效期至"]),
        (.penalties, "CF_GSJZQ", .publicUntil, ["公示截止期", "公示截止日期", "公示期限"]),
        (.penalties, "CF_CFJG", .authority, ["处罚机关", "机关", "决定机关"]),
        (.penalties, "CF_CFJGDM", .authorityCode, ["机关统一代码", "处罚机关统一社会信用代码", "机关统一社会信用代码", "处罚机关代码", "机关代码"]),
        (.penalties, "CF_SJLY", .sourceUnit, sourceUnits), (.penalties, "CF_SJLYDM", .sourceUnitCode, sourceUnitCodes),

        (.permits, "XK_XDR_MC", .name, names), (.permits, "XK_XDR_LB", .category, categories), (.permits, "XK_XDR_TYPE", .category, []),
        (.permits, "XK_XDR_SHXYM", .uscc, usccs), (.permits, "XK_XDR_GSZC", .registrationNo, registrationNos),
        (.permits, "XK_XDR_ZZJG", .organizationCode, organizationCodes), (.permits, "XK_XDR_SWDJ", .taxNo, taxNos),
        (.permits, "XK_XDR_SYDW", .institutionNo, institutionNos), (.permits, "XK_XDR_SHZZ", .socialOrganizationNo, socialOrganizationNos),
        (.permits, "XK_FRDB", .representative, representatives), (.permits, "XK_FR_ZJLX", .representativeIdType, representativeIdTypes),
        (.permits, "XK_FR_ZJHM", .representativeIdNumber, representativeIdNumbers), (.permits, "XK_FR_SFZH", .representativeIdNumber, []),
        (.permits, "XK_XDR_ZJLX", .personIdType, personIdTypes), (.permits, "XK_XDR_ZJHM", .personIdNumber, personIdNumbers),
        (.permits, "XK_XKWS", .documentName, ["决定文书名称", "文书名称"]), (.permits, "XK_WSH", .documentNo, ["文书号", "决定文书号", "决定书文号", "文号"]),
        (.permits, "XK_XKLB", .permitType, ["许可类别", "许可种类"]), (.permits, "XK_XKZS", .certificateName, ["许可证书名称", "证书名称"]),
        (.permits, "XK_XKBH", .permitNo, ["许可编号", "编号", "许可证书编号"]), (.permits, "XK_NR", .content, ["许可内容", "内容"]),
        (.permits, "XK_JDRQ", .decisionDate, ["决定日期", "许可日期"]), (.permits, "XK_YXQZ", .validFrom, ["有效期自"]),
        (.permits, "XK_YXQZI", .validUntil, ["有效期至"]), (.permits, "XK_XKJG", .authority, ["许可机关", "机关"]),
        (.permits, "XK_XKJGDM", .authorityCode, ["许可机关统一社会信用代码", "机关统一社会信用代码", "许可机关代码", "机关代码", "机关统一代码"]),
        (.permits, "XK_ZT", .state, ["当前状态"]), (.permits, "XK_LYDW", .sourceUnit, sourceUnits),
        (.permits, "XK_LYDWDM", .sourceUnitCode, sourceUnitCodes), (.permits, "XK_SJLY", .sourceUnit, []),
        (.permits, "XK_SJLYDM", .sourceUnitCode, []),

        // The tables of 2015 and 2016.
        (.penalties, "CF_CFMC", .documentName, ["处罚名称"]), (.penalties, "CF_CFLB1", .penaltyType, ["处罚类别1"]),
        (.penalties, "CF_CFLB2", .penaltyTypeFurther, ["处罚类别2"]), (.penalties, "CF_XDR", .name, []),
        (.penalties, "CF_XDR_ZDM", .organizationCode, []), (.penalties, "CF_XDR_GSDJ", .registrationNo, ["工商登记码"]),
        (.penalties, "CF_XDR_SFZ", .personIdNumber, ["居民身份证号", "居民身份证号码"]), (.penalties, "CF_FR", .representative, []),
        (.penalties, "CF_JG", .result, []), (.penalties, "CF_XZJG", .authority, []), (.penalties, "CF_ZT", .state, ["当前状态"]),
        (.permits, "XK_XMMC", .projectName, ["项目名称"]), (.permits, "XK_SPLB", .permitType, ["审批类别"]), (.permits, "XK_XDR", .name, []),
        (.permits, "XK_XDR_ZDM", .organizationCode, []), (.permits, "XK_XDR_GSDJ", .registrationNo, ["工商登记码"]),
        (.permits, "XK_XDR_SFZ", .personIdNumber, ["居民身份证号", "居民身份证号码"]), (.permits, "XK_FR", .representative, []),
        (.permits, "XK_JZQ", .validUntil, ["截止期"]), (.permits, "XK_XZJG", .authority, []),
        (nil, "DFBM", .regionCode, ["地方编码"]), (nil, "SJC", .timestamp, ["数据更新时间戳"]), (nil, "GSQX", .publicUntil, ["公示期限"]),
        (nil, "BZ", .note, ["备注"]),
    ]

    private static let names = ["名称", "行政相对人", "行政相对人名称"]
    private static let categories = ["类别", "行政相对人类别", "类型"]
    private static let usccs = ["统一社会信用代码", "社会信用代码", "统一信用代码"]
    private static let registrationNos = ["工商注册号", "工商登记码", "工商注册登记号"]
    private static let organizationCodes = ["组织机构代码"]
    private static let taxNos = ["税务登记号"]
    private static let institutionNos = ["事业单位证书号"]
    private static let socialOrganizationNos = ["社会组织登记证号"]
    private static let representatives = ["法定代表人", "法定代表人姓名", "法人代表", "法定代表人或负责人"]
    private static let representativeIdTypes = ["法人证件类型", "法定代表人证件类型"]
    private static let representativeIdNumbers = ["法人证件号码", "法定代表人证件号码", "法定代表人身份证号", "法定代表人身份证号码"]
    private static let personIdTypes = ["自然人证件类型", "证件类型"]
    private static let personIdNumbers = ["自然人证件号码", "证件号码", "居民身份证号", "身份证号码"]
    private static let sourceUnits = ["数据来源单位"]
    private static let sourceUnitCodes = ["来源单位统一代码", "数据来源单位统一社会信用代码", "数据来源单位代码", "来源单位统一社会信用代码", "数据来源单位统一代码"]

    private static let codes: [DoublePublicityTable: [DoublePublicityColumn: String]] = {
        var codes: [DoublePublicityTable: [DoublePublicityColumn: String]] = [:]
        for entry in standard {
            for table in entry.table.map({ [$0] }) ?? allCases where codes[table]?[entry.column] == nil {
                codes[table, default: [:]][entry.column] = entry.code
            }
        }
        return codes
    }()
}
