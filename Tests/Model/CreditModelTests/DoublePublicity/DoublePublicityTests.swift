import CreditModel
import StreamCore
import Testing

@Suite struct DoublePublicityTests {
    static let penaltyTitles2018 = [
        "行政相对人名称", "行政相对人类别", "行政相对人代码_1(统一社会信用代码)", "行政相对人代码_2（工商注册号）", "行政相对人代码_3（组织机构代码）",
        "行政相对人代码_4（税务登记号）", "行政相对人代码_5（事业单位证书号）", "行政相对人代码_6（社会组织登记证号）", "法定代表人", "法定代表人证件类型",
        "法定代表人证件号码", "证件类型", "证件号码", "行政处罚决定书文号", "违法行为类型", "违法事实", "处罚依据", "处罚类别", "处罚内容", "罚款金额（万元）",
        "没收违法所得、没收非法财物的金额（万元）", "暂扣或吊销证照名称及编号", "处罚决定日期", "处罚有效期", "公示截止期", "处罚机关", "处罚机关统一社会信用代码",
        "数据来源单位", "数据来源单位统一社会信用代码", "备注",
    ]
    static let penaltyCodes2018 = [
        "CF_XDR_MC", "CF_XDR_LB", "CF_XDR_SHXYM", "CF_XDR_GSZC", "CF_XDR_ZZJG", "CF_XDR_SWDJ", "CF_XDR_SYDW", "CF_XDR_SHZZ", "CF_FRDB",
        "CF_FR_ZJLX",
        "CF_FR_ZJHM", "CF_XDR_ZJLX", "CF_XDR_ZJHM", "CF_WSH", "CF_WFXW", "CF_SY", "CF_YJ", "CF_CFLB", "CF_NR", "CF_NR_FK", "CF_NR_WFFF",
        "CF_NR_ZKDX",
        "CF_JDRQ", "CF_YXQ", "CF_GSJZQ", "CF_CFJG", "CF_CFJGDM", "CF_SJLY", "CF_SJLYDM", "BZ",
    ]
    static let permitTitles2018 = [
        "行政相对人名称", "行政相对人类别", "统一社会信用代码", "工商注册号", "组织机构代码", "税务登记号", "事业单位证书号", "社会组织登记证号", "法定代表人",
        "法人证件类型", "法人证件号码", "自然人证件类型", "自然人证件号码", "行政许可决定文书名称", "行政许可决定文书号", "许可类别", "许可证书名称", "许可编号",
        "许可内容", "许可决定日期", "有效期自", "有效期至", "许可机关", "许可机关统一社会信用代码", "当前状态", "数据来源单位", "数据来源单位代码", "备注",
    ]
    static let permitCodes2018 = [
        "XK_XDR_MC", "XK_XDR_LB", "XK_XDR_SHXYM", "XK_XDR_GSZC", "XK_XDR_ZZJG", "XK_XDR_SWDJ", "XK_XDR_SYDW", "XK_XDR_SHZZ", "XK_FRDB",
        "XK_FR_ZJLX",
        "XK_FR_ZJHM", "XK_XDR_ZJLX", "XK_XDR_ZJHM", "XK_XKWS", "XK_WSH", "XK_XKLB", "XK_XKZS", "XK_XKBH", "XK_NR", "XK_JDRQ", "XK_YXQZ",
        "XK_YXQZI",
        "XK_XKJG", "XK_XKJGDM", "XK_ZT", "XK_LYDW", "XK_LYDWDM", "BZ",
    ]

    @Test(arguments: zip(penaltyTitles2018, penaltyCodes2018))
    func knowsTheTitlesOfPenalties(title: String, code: String) {
        #expect(DoublePublicity.titleToCode(title, in: .penalties) == code)
        #expect(DoublePublicity.titleToCode(code, in: .penalties) == code)
        #expect(DoublePublicity.titleToCode(code.lowercased(), in: .penalties) == code)
    }

    @Test(arguments: zip(permitTitles2018, permitCodes2018))
    func knowsTheTitlesOfPermits(title: String, code: String) {
        #expect(DoublePublicity.titleToCode(title, in: .permits) == code)
        #expect(DoublePublicity.titleToCode(code, in: .permits) == code)
    }

    @Test(
        arguments: [
            // The names of the standard, with each word that may stand before them.
            ("名称", "CF_XDR_MC"), ("行政处罚行政相对人名称", "CF_XDR_MC"), ("类别", "CF_XDR_LB"), ("处罚类别", "CF_CFLB"), ("行政处罚类别", "CF_CFLB"),
            ("决定书文号", "CF_WSH"),
            ("处罚决定书文号", "CF_WSH"), ("行政处罚决定书文号", "CF_WSH"), ("决定日期", "CF_JDRQ"), ("处罚决定日期", "CF_JDRQ"), ("行政处罚决定日期", "CF_JDRQ"),
            ("行政处罚机关", "CF_CFJG"), ("机关统一代码", "CF_CFJGDM"), ("处罚机关统一代码", "CF_CFJGDM"), ("行政处罚内容", "CF_NR"), ("行政处罚依据", "CF_YJ"),
            ("罚款金额(万元)", "CF_NR_FK"), ("罚款金额", "CF_NR_FK"), ("处罚罚款金额（万元）", "CF_NR_FK"), ("没收违法所得/非法财物金额(万元)", "CF_NR_WFFF"),
            ("处罚违法事实", "CF_SY"), ("行政相对人统一社会信用代码", "CF_XDR_SHXYM"), ("来源单位统一代码", "CF_SJLYDM"), (" 处罚 有效期\n", "CF_YXQ"), ("＊备注", "BZ"),
            ("ＣＦ＿ＷＳＨ", "CF_WSH"), ("\u{feff}CF_XDR_MC", "CF_XDR_MC"), ("法定代表人（负责人）", "CF_FRDB"), ("许可编号", nil), ("颜色", nil), ("", nil),
            ("处罚", nil),
            ("CF_CFLB1", "CF_CFLB"), ("CF_JG", "CF_NR"), ("CF_XZJG", "CF_CFJG"), ("CF_XDR_SFZ", "CF_XDR_ZJHM"), ("GSQX", "CF_GSJZQ"),
            ("DFBM", "DFBM"),
        ] as [(String, String?)])
    func knowsTitlesInEveryForm(title: String, code: String?) {
        #expect(DoublePublicity.titleToCode(title, in: .penalties) == code)
    }

    @Test func tellsTheTables() {
        #expect(
            DoublePublicity.table(ofTitles: Self.penaltyTitles2018) == .penalties
                && DoublePublicity.table(ofTitles: Self.penaltyCodes2018) == .penalties)
        #expect(
            DoublePublicity.table(ofTitles: Self.permitTitles2018) == .permits
                && DoublePublicity.table(ofTitles: Self.permitCodes2018) == .permits)
        #expect(DoublePublicity.table(ofTitles: ["姓名", "年龄"]) == nil && DoublePublicity.table(ofTitles: [String]()) == nil)
        #expect(DoublePublicity.table(ofTitles: ["名称", "决定书文号", "处罚依据"]) == .penalties)
        #expect(DoublePublicity.table(ofTitles: ["名称", "文书号", "许可类别"]) == .permits)
        #expect(DoublePublicity.areTitles(Self.penaltyTitles2018) && !DoublePublicity.areTitles(["样甲子", "自然人", "2.4"]))
        #expect(DoublePublicity.isDocumentNumber(title: "行政许可决定文书号") && DoublePublicity.isDocumentNumber(title: "CF_WSH"))
        #expect(!DoublePublicity.isDocumentNumber(title: "备注") && !DoublePublicity.isDocumentNumber(title: "?"))
    }

    // MARK: Rows

    static let rules = DoublePublicityRow.Rules(suspectedYuanFrom: 1000) { kind in
        if ["吊销", "责令关闭", "限制从业"].contains(where: kind.contains) { return .serious }
        return ["警告", "通报批评"].contains(where: kind.contains) ? .minor : .general
    }

    static let person: [String: String] = [
        "CF_XDR_MC": "样己巳", "CF_XDR_LB": "自然人", "CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": "410199198204180067", "CF_WSH": "郑市监样罚决〔2026〕003号",
        "CF_WFXW": "销售不合格产品", "CF_SY": "绝缘厚度不符合标准", "CF_YJ": "《中华人民共和国产品质量法》第四十九条", "CF_CFLB": "罚款", "CF_NR": "罚款人民币36000元",
        "CF_NR_FK": "3.6", "CF_JDRQ": "2026-02-12", "CF_YXQ": "2027-02-12", "CF_CFJG": "郑州市市场监督管理局", "CF_XDR_SHXYM": "",
    ]

    static func row(_ cells: [String: String], _ changes: [String: String?] = [:]) throws -> DoublePublicityRow {
        var cells = cells
        for (name, text) in changes { cells[name] = text }
        var writer = JSONWriter()
        writer.object {
            for (name, text) in cells.sorted(by: { $0.key < $1.key }) {
                $0.name(text: name)
                $0.string(text)
            }
        }
        return try #require(DoublePublicityRow(try JSONParser.parse(writer.bytes).root))
    }

    /// The record and all reasons, those of the shape too.
    static func mapped(_ row: DoublePublicityRow) throws -> (record: RecordSubmitted?, reasons: [String]) {
        let mapping = row.mapped(by: rules)
        let value = try JSONParser.parse(mapping.data).root
        let found = InboundType.recordSubmitted.shape.reasons(against: value, limits: ShapeTests.limits)
        return (RecordSubmitted(validated: value), mapping.reasons(with: found).map { "\($0.code.rawValue) \($0.path)" })
    }

    @Test func mapsAPersonsPenalty() throws {
        let (record, reasons) = try Self.mapped(Self.row(Self.person))
        #expect(reasons.isEmpty)
        #expect(
            record
                == RecordSubmitted(
                    recordNo: "郑市监样罚决〔2026〕003号", catalogItem: "penalty.administrative",
                    subject: SubjectStatement(kind: .person, idType: .residentId, idNumber: "410199198204180067", name: "样己巳"),
                    conduct: Conduct(facts: "绝缘厚度不符合标准"),
                    decision: RecordDecision(
                        documentNo: "郑市监样罚决〔2026〕003号", date: date("2026-02-12"), authority: "郑州市市场监督管理局",
                        basis: "《中华人民共和国产品质量法》第四十九条", result: "罚款人民币36000元"),
                    severity: .general, validUntil: date("2027-02-12"),
                    attributes: [
                        RecordAttribute("violationType", .text("销售不合格产品")), RecordAttribute("penaltyType", .text("罚款")),
                        RecordAttribute("fine", .text("36000.00")),
                    ]))
    }

    @Test func mapsAnOrganisationsPermitByItsTitles() throws {
        let cells = [
            "行政相对人名称": "郑州样例置业有限公司", "行政相对人类别": "法人及非法人组织", "统一社会信用代码": "91410199MA00019746", "法定代表人": "样乙未",
            "法人证件类型": "身份证", "法人证件号码": "410199199011041997", "行政许可决定文书名称": "商品房预售许可决定", "行政许可文书号": "郑房准〔2025〕117号",
            "许可类别": "核准", "许可证书名称": "商品房预售许可证", "许可编号": "样第000117", "许可内容": "预售住宅一百二十套", "许可决定日期": "2025-10-30",
            "有效期自": "2025/10/30", "有效期至": "2028年10月28日", "许可机关": "郑州市住房保障局", "当前状态": "1", "颜色": "红",
        ]
        let (record, reasons) = try Self.mapped(Self.row(cells))
        #expect(reasons.isEmpty)
        #expect(
            record?.catalogItem == "permit.administrative" && record?.severity == Severity.none && record?.validUntil == date("2028-10-28"))
        #expect(record?.subject == SubjectStatement(kind: .organization, idType: .uscc, idNumber: "91410199MA00019746", name: "郑州样例置业有限公司"))
        #expect(record?.decision.documentNo == "郑房准〔2025〕117号" && record?.decision.basis == nil && record?.decision.result == "商品房预售许可决定")
        #expect(record?.conduct.facts == "预售住宅一百二十套")
        #expect(
            record?.attributes.map(\.name) == [
                "documentName", "permitType", "certificateName", "permitNo", "content", "validFrom", "state",
            ])
        // Nothing of the legal representative goes on.
        let data = try Self.row(cells).mapped(by: Self.rules).data
        #expect(!data.text.contains("样乙未") && !data.text.contains("410199199011041997"))
    }

    @Test func mapsTheTablesOf2015() throws {
        let cells = [
            "CF_WSH": "郑环样罚〔2025〕190号", "CF_CFMC": "超标排放水污染物", "CF_CFLB1": "罚款", "CF_CFLB2": "责令关闭", "CF_SY": "化学需氧量超标",
            "CF_YJ": "《中华人民共和国水污染防治法》第八十三条", "CF_XDR_MC": "样辛卯", "CF_XDR_SFZ": "410199199110063286", "CF_FR": "", "CF_JG": "罚款人民币2万元",
            "CF_JDRQ": "2025/11/26", "CF_XZJG": "郑州市生态环境局", "CF_ZT": "0", "DFBM": "410199", "SJC": "2025/12/1", "GSQX": "2026/11/26",
            "BZ": "",
        ]
        let (record, reasons) = try Self.mapped(Self.row(cells))
        #expect(reasons.isEmpty)
        #expect(record?.subject == SubjectStatement(kind: .person, idType: .residentId, idNumber: "410199199110063286", name: "样辛卯"))
        #expect(record?.severity == .serious && record?.decision.result == "罚款人民币2万元" && record?.decision.date == date("2025-11-26"))
        #expect(
            record?.attributes == [
                RecordAttribute("penaltyType", .text("罚款、责令关闭")), RecordAttribute("documentName", .text("超标排放水污染物")),
                RecordAttribute("publicUntil", .text("2026-11-26")), RecordAttribute("regionCode", .text("410199")),
                RecordAttribute("state", .text("0")),
            ])
        let permit = [
            "XK_WSH": "郑许〔2016〕1号", "XK_XMMC": "道路运输", "XK_SPLB": "普通", "XK_NR": "货运", "XK_XDR": "某公司",
            "XK_XDR_SHXYM": "91350100M000100Y43",
            "XK_FR": "李某", "XK_JDRQ": "20160302", "XK_JZQ": "长期", "XK_XZJG": "交通局", "GSQX": "三年",
        ]
        let (old, oldReasons) = try Self.mapped(Self.row(permit))
        #expect(oldReasons.isEmpty && old?.subject.name == "某公司" && old?.validUntil == nil && old?.decision.authority == "交通局")
        #expect(old?.attributes.map(\.name) == ["projectName", "permitType", "content"])
    }

    /// Changes of the person's row, and all reasons that follow.
    struct Change: Sendable {
        var cells: [String: String?]
        var reasons: [String]
        init(_ cells: [String: String?], _ reasons: String...) { (self.cells, self.reasons) = (cells, reasons) }
    }

    static let changes: [Change] = [
        Change(["CF_WSH": nil], "schema.missing /CF_WSH"),
        Change(["CF_WSH": " "], "schema.missing /CF_WSH"),
        Change(["CF_WSH": "空"], "schema.missing /CF_WSH"),
        Change(["CF_WSH": "a~2"], "schema.format /CF_WSH"),
        Change(["CF_XDR_MC": nil], "schema.missing /CF_XDR_MC"),
        Change(["CF_JDRQ": nil], "schema.missing /CF_JDRQ"),
        Change(["CF_JDRQ": "2026/2/30"], "schema.format /CF_JDRQ"),
        Change(["CF_YXQ": "一年"], "schema.format /CF_YXQ"),
        Change(["CF_YXQ": "长期"]),
        Change(["CF_YXQ": "—"]),
        Change(["CF_GSJZQ": "x"], "schema.format /CF_GSJZQ"),
        Change(["CF_CFJG": nil], "schema.missing /CF_CFJG"),
        Change(["CF_CFJG": nil, "CF_SJLY": "某局"]),
        Change(["CF_SY": nil], "schema.missing /CF_SY"),
        Change(["CF_SY": ""], "schema.missing /CF_SY"),
        Change(["CF_SY": nil, "CF_WFXW": nil], "schema.missing /CF_SY"),
        Change(["CF_NR": nil]),
        Change(["CF_NR": nil, "CF_CFLB": nil], "schema.missing /CF_NR"),
        Change(["CF_YJ": nil]),
        Change(["CF_XDR_ZJHM": nil], "schema.missing /CF_XDR_ZJHM"),
        Change(["CF_XDR_ZJLX": nil]),
        Change(["CF_XDR_ZJLX": "驾照"], "schema.range /CF_XDR_ZJLX"),
        Change(["CF_XDR_ZJLX": nil, "CF_XDR_ZJHM": "E1234567"], "schema.missing /CF_XDR_ZJLX"),
        Change(["CF_XDR_ZJLX": "护照", "CF_XDR_ZJHM": "E1234567"]),
        Change(["CF_XDR_SHXYM": "91350100M000100Y43"], "subject.kind /CF_XDR_SHXYM"),
        Change(
            ["CF_XDR_SHXYM": "91350100M000100Y43", "CF_XDR_ZZJG": "M000100Y-4"], "subject.kind /CF_XDR_SHXYM", "subject.kind /CF_XDR_ZZJG"),
        Change(["CF_XDR_LB": "法人及非法人组织"], "schema.missing /CF_XDR_SHXYM", "subject.kind /CF_XDR_ZJHM"),
        Change(["CF_XDR_LB": "法人及非法人组织", "CF_XDR_ZJHM": nil], "schema.missing /CF_XDR_SHXYM"),
        Change(["CF_XDR_LB": "法人及非法人组织", "CF_XDR_ZJHM": nil, "CF_XDR_SHXYM": "91350100M000100Y43"]),
        Change(["CF_XDR_LB": "法人及非法人组织", "CF_XDR_ZJHM": nil, "CF_XDR_GSZC": "410100000012345"]),
        Change(["CF_XDR_LB": "个体工商户", "CF_XDR_SHXYM": "92350100M000100Y43"]),
        Change(["CF_XDR_LB": "个体工商户"], "schema.missing /CF_XDR_SHXYM"),
        Change(["CF_XDR_LB": "1"]),
        Change(["CF_XDR_LB": "3"]),
        Change(["CF_XDR_LB": nil]),
        Change(["CF_XDR_LB": "外星人"], "schema.missing /CF_XDR_SHXYM", "schema.range /CF_XDR_LB"),
        Change(["CF_XDR_LB": nil, "CF_XDR_ZJHM": nil], "schema.missing /CF_XDR_LB", "schema.missing /CF_XDR_SHXYM"),
        Change(["CF_XDR_LB": "1", "CF_XDR_ZJHM": nil, "CF_XDR_SHXYM": "91350100M000100Y43"]),
        Change(["CF_XDR_LB": "1", "CF_XDR_SHXYM": "91350100M000100Y43"], "subject.kind /CF_XDR_SHXYM"),
        Change(["CF_XDR_LB": "2", "CF_XDR_SHXYM": "91350100M000100Y43"]),
        Change(["CF_NR_FK": "36000"], "schema.range /CF_NR_FK"),
        Change(["CF_NR_FK": "500", "CF_NR": "罚款人民币500元"], "schema.range /CF_NR_FK"),
        Change(["CF_NR_FK": "500", "CF_NR": "罚款1,500元"]),
        Change(["CF_NR_FK": "500.00", "CF_NR": "罚款500.00元"], "schema.range /CF_NR_FK"),
        Change(["CF_NR_FK": "999.99"]),
        Change(["CF_NR_FK": "1000"], "schema.range /CF_NR_FK"),
        Change(["CF_NR_FK": "很多"], "schema.format /CF_NR_FK"),
        Change(["CF_NR_FK": "0.0000001"], "schema.range /CF_NR_FK"),
        Change(["CF_NR_FK": "-1"], "schema.format /CF_NR_FK"),
        Change(["CF_NR_FK": "/"]),
        Change(["CF_NR_WFFF": "1.2.3"], "schema.format /CF_NR_WFFF"),
        Change(
            ["CF_WSH": nil, "CF_JDRQ": "x", "CF_NR_FK": "y", "CF_XDR_ZJHM": nil], "schema.format /CF_JDRQ", "schema.format /CF_NR_FK",
            "schema.missing /CF_WSH", "schema.missing /CF_XDR_ZJHM"),
    ]

    @Test(arguments: changes)
    func saysWhatIsWrongByColumn(change: Change) throws {
        let row = try Self.row(Self.person, change.cells)
        #expect(try Self.mapped(row).reasons.sorted() == change.reasons)
    }

    @Test(arguments: [
        ("2.4", "24000.00"), ("0.5", "5000.00"), ("3", "30000.00"), ("0", "0.00"), ("0.000001", "0.01"), ("12.345678", "123456.78"),
        ("2.40万元", "24000.00"),
        ("2.4万", "24000.00"), ("24000元", "24000.00"), ("24,000.50 元", "24000.50"), ("２．４", "24000.00"), ("999", "9990000.00"),
        ("007.5", "75000.00"),
    ])
    func turnsTenThousandsIntoYuan(cell: String, yuan: String) throws {
        let (record, reasons) = try Self.mapped(Self.row(Self.person, ["CF_NR_FK": cell]))
        #expect(reasons.isEmpty)
        #expect(record?.attributes.last == RecordAttribute("fine", .text(yuan)))
    }

    @Test func takesTheUnitFromTheTitle() throws {
        let (record, reasons) = try Self.mapped(Self.row(Self.person, ["CF_NR_FK": nil, "罚款金额（元）": "36000"]))
        #expect(reasons.isEmpty && record?.attributes.last == RecordAttribute("fine", .text("36000.00")))
    }

    @Test(arguments: [
        ("警告", Severity.minor), ("通报批评", .minor), ("罚款", .general), ("警告;罚款", .general), ("警告、通报批评", .minor), ("罚款；吊销许可证件", .serious),
        ("责令关闭", .serious), ("限制从业", .serious), ("行政拘留", .general),
    ])
    func judgesTheSeverityOfAPenalty(kind: String, severity: Severity) throws {
        #expect(try Self.mapped(Self.row(Self.person, ["CF_CFLB": kind])).record?.severity == severity)
    }

    @Test func looksIntoTheContentWhenTheKindSaysNothing() throws {
        #expect(try Self.mapped(Self.row(Self.person, ["CF_CFLB": "其他", "CF_NR": "吊销营业执照"])).record?.severity == .serious)
        #expect(try Self.mapped(Self.row(Self.person, ["CF_CFLB": nil])).record?.severity == .general)
    }

    @Test func givesPublicSecurityPenaltiesOfPersonsTheirOwnItem() throws {
        let basis = "《中华人民共和国治安管理处罚法》第四十三条"
        let record = try Self.mapped(Self.row(Self.person, ["CF_YJ": basis])).record
        #expect(record?.catalogItem == "penalty.public-security" && record?.attributes.isEmpty == true)
        let organization = ["CF_YJ": basis, "CF_XDR_LB": "企业", "CF_XDR_ZJHM": nil, "CF_XDR_SHXYM": "91350100M000100Y43"]
        #expect(try Self.mapped(Self.row(Self.person, organization)).record?.catalogItem == "penalty.administrative")
    }

    @Test func pointsBackToTheColumns() throws {
        let mapping = try Self.row(Self.person).mapped(by: Self.rules)
        #expect(mapping.pointer("/subject/idNumber") == "/CF_XDR_ZJHM" && mapping.pointer("/attributes/fine") == "/CF_NR_FK")
        #expect(
            mapping.pointer("/decision/finality/state") == "" && mapping.pointer("") == "" && mapping.pointer("/decision/basis") == "/CF_YJ"
        )
        #expect(
            mapping.reasons(with: [Reason(.basisMissing, at: "/decision/basis", hint: "h")]) == [
                Reason(.basisMissing, at: "/CF_YJ", hint: "h")
            ])
    }

    @Test(arguments: [
        ("身份证", IdentityType.residentId), ("居民身份证", .residentId), ("护照号", .passport), ("港澳居民来往内地通行证", .hongKongMacaoPermit),
        ("台湾居民来往大陆通行证", .taiwanPermit), ("台胞证", .taiwanPermit), ("外国人永久居留身份证", .foreignPermanentResidence), ("港澳台居民居住证", .hmtResidence),
        ("军官证", .militaryId), ("其他", .other), ("PASSPORT", .passport),
    ])
    func readsTypesOfDocuments(text: String, type: IdentityType) throws {
        #expect(try Self.mapped(Self.row(Self.person, ["CF_XDR_ZJLX": text])).record?.subject.idType == type)
    }

    @Test func tellsRowsFromRecords() throws {
        func row(_ text: String) throws -> DoublePublicityRow? { DoublePublicityRow(try JSONParser.parse(Bytes(utf8: text)).root) }
        #expect(try row(Samples.text(.recordSubmitted).replacing("\n", with: "")) == nil)
        #expect(try row("{}") == nil && row("[]") == nil && row(#"{"a":"b"}"#) == nil)
        #expect(try row(#"{"CF_WSH":"1","catalogItem":"x"}"#) == nil)
        let typed = try #require(try row(#"{"CF_WSH":12,"CF_JDRQ":20260302,"CF_SY":{},"BZ":null,"CF_NR_FK":0.5}"#))
        let (_, reasons) = try Self.mapped(typed)
        #expect(
            reasons.contains("schema.type /CF_SY") && !reasons.contains("schema.missing /CF_WSH")
                && !reasons.contains { $0.hasSuffix("/CF_JDRQ") })
        #expect(typed.table == .penalties)
        let data = try JSONParser.parse(Bytes(utf8: #"{"BZ":"x","处罚决定书文号":" 12 ","CF_SY":"y"}"#)).root
        #expect(DoublePublicity.documentNumber(of: data) == "12")
        #expect(InboundType.recordSubmitted.properKey(of: data, source: "/bureaus/ecology", id: "1") == "ecology/12")
        #expect(DoublePublicity.documentNumber(of: try JSONParser.parse(Bytes(utf8: #"{"CF_WSH":" "}"#)).root) == nil)
    }
}
