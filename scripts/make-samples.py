#!/usr/bin/env python3
"""Writes the sample inputs: make-samples.py FOLDER. The same files each time.

Nobody in them exists. Identity numbers and codes have valid check digits but the region 410199, which was never given out;
names are the sexagenary cycle. The day on which the files arrive is 2026-05-06. What each row is made to show, and the answer
it should get, goes into expected.tsv.
"""
import csv
import datetime
import io
import json
import pathlib
import random
import sys

TODAY = datetime.date(2026, 5, 6)
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
chance = random.Random(20260506)


# Who ------------------------------------------------------------------------------------------------------------------

def cycle(n):
    return STEMS[n % 10] + BRANCHES[n % 12]


def resident_id(birth, sequence):
    body = f"410199{birth:%Y%m%d}{sequence:03d}"
    total = sum(int(d) * w for d, w in zip(body, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)))
    return body + "10X98765432"[total % 11]


def organisation_code(n):
    inner = f"MA{n:06d}"
    values = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    check = 11 - sum(values.index(c) * w for c, w in zip(inner, (3, 7, 9, 10, 5, 8, 4, 2))) % 11
    body = "91410199" + inner + {10: "X", 11: "0"}.get(check, str(check))
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + ALPHABET[(31 - total % 31) % 31]


def broken(number):
    """The same with another check digit: what a slip of the hand makes of it."""
    return number[:-1] + ("7" if number[-1] != "7" else "3")


counter = 0


def person(birth=None):
    global counter
    counter += 1
    birth = birth or datetime.date(1960, 1, 1) + datetime.timedelta(days=chance.randrange(14000))
    return {"kind": "person", "name": "样" + cycle(counter), "number": resident_id(birth, counter % 900 + 1)}


def organisation(trade):
    global counter
    counter += 1
    return {"kind": "organization", "name": f"郑州样例{cycle(counter)}{trade}有限公司", "number": organisation_code(counter),
            "head": person()}


# What they did --------------------------------------------------------------------------------------------------------

FOOD, ADVERT, QUALITY = "《中华人民共和国食品安全法》", "《中华人民共和国广告法》", "《中华人民共和国产品质量法》"
CASES = [
    ("餐饮", "未按规定进行进货查验", "经营场所的食品未留存进货票据和合格证明。", FOOD + "第五十三条、第一百二十六条", "罚款", 0.5),
    ("食品", "经营超过保质期的食品", "货架上有三种预包装食品已超过保质期。", FOOD + "第三十四条、第一百二十四条", "罚款", 1.2),
    ("商贸", "发布虚假广告", "网页宣称的产品功效与检验报告不符。", ADVERT + "第二十八条、第五十五条", "罚款", 3.0),
    ("建材", "销售不合格产品", "抽检的电线电缆绝缘厚度不符合国家标准。", QUALITY + "第三十九条、第四十九条", "罚款", 2.4),
    ("超市", "未明码标价", "部分商品没有标明价格。", "《中华人民共和国价格法》第十三条、第四十二条", "警告", None),
    ("药店", "未按规定陈列处方药", "处方药与非处方药混放，未设置分区标识。", "《中华人民共和国药品管理法》第五十三条、第一百二十六条", "警告", None),
    ("餐饮", "超出许可范围经营", "许可证不含冷食类食品制售，现场正在制售冷食。", FOOD + "第三十五条、第一百二十二条", "吊销许可证件", None),
]
CHARACTERS = "零壹贰叁肆伍陆柒捌玖"


def day(date, style):
    return f"{date.year}/{date.month}/{date.day}" if style else date.isoformat()


def final_day():
    """A decision that nobody can appeal against any more on the day of the upload."""
    return datetime.date(2025, 9, 1) + datetime.timedelta(days=chance.randrange(180))


def fresh_day():
    return datetime.date(2026, 3, 12) + datetime.timedelta(days=chance.randrange(50))


expected = []


class File:
    def __init__(self, name, columns):
        self.name, self.columns, self.rows = name, columns, []

    def add(self, row, status, codes="", note=""):
        self.rows.append(row)
        expected.append((self.name, len(self.rows), status, codes, note))

    def text(self, line_end):
        out = io.StringIO()
        writer = csv.writer(out, lineterminator=line_end)
        writer.writerow(self.columns)
        for row in self.rows:
            writer.writerow([row.get(column, "") for column in self.columns])
        return out.getvalue()


# Penalties, columns of 2018 ------------------------------------------------------------------------------------------

PENALTY = ("CF_XDR_MC CF_XDR_LB CF_XDR_SHXYM CF_XDR_GSZC CF_XDR_ZZJG CF_XDR_SWDJ CF_XDR_SYDW CF_XDR_SHZZ CF_FRDB CF_FR_ZJLX CF_FR_ZJHM "
           "CF_XDR_ZJLX CF_XDR_ZJHM CF_WSH CF_WFXW CF_SY CF_YJ CF_CFLB CF_NR CF_NR_FK CF_NR_WFFF CF_NR_ZKDX CF_JDRQ CF_YXQ CF_GSJZQ "
           "CF_CFJG CF_CFJGDM CF_SJLY CF_SJLYDM BZ").split()
AUTHORITY = "郑州市市场监督管理局（样例）"
penalties = File("market-regulation.penalties.csv", PENALTY)
number = 0


def penalty(who=None, case=None, date=None, style=0):
    global number
    number += 1
    case = case or CASES[number % len(CASES)]
    trade, title, facts, basis, kind, fine = case
    who = who or (organisation(trade) if number % 3 else person())
    date = date or final_day()
    row = {
        "CF_XDR_MC": who["name"], "CF_WSH": f"郑市监样罚决〔{date.year}〕{number:03d}号", "CF_WFXW": title, "CF_SY": facts, "CF_YJ": basis,
        "CF_CFLB": kind, "CF_JDRQ": day(date, style), "CF_CFJG": AUTHORITY, "CF_SJLY": AUTHORITY,
        "CF_GSJZQ": day(date + datetime.timedelta(days=365), style),
    }
    if fine:
        amount = round(fine * chance.choice((1, 1.5, 2)), 2)
        row["CF_NR_FK"] = f"{amount:g}"
        row["CF_NR"] = f"罚款人民币{round(amount * 10000)}元"
    elif kind == "吊销许可证件":
        row["CF_NR"], row["CF_NR_ZKDX"] = "吊销食品经营许可证", f"食品经营许可证 样JY{number:06d}"
    else:
        row["CF_NR"] = "警告，责令改正"
    if who["kind"] == "person":
        row.update(CF_XDR_LB="自然人", CF_XDR_ZJLX="身份证", CF_XDR_ZJHM=who["number"])
    else:
        row.update(CF_XDR_LB="法人及非法人组织", CF_XDR_SHXYM=who["number"], CF_FRDB=who["head"]["name"],
                   CF_FR_ZJLX="身份证", CF_FR_ZJHM=who["head"]["number"])
    return row


for n in range(62):
    penalties.add(penalty(style=n % 4 == 3), "ACCEPTED")
for n in range(4):
    penalties.add(penalty(who=organisation("餐饮"), case=CASES[n]) | {"CF_XDR_LB": "2"}, "ACCEPTED", note="category as a number")
for n in range(4):
    shop = organisation("便民店")
    penalties.add(penalty(who=shop) | {"CF_XDR_LB": "个体工商户"}, "ACCEPTED", note="a shop of one person")
for n in range(18):
    penalties.add(penalty(date=fresh_day(), style=n % 2), "HELD", "finality.appealable", "may still be appealed against")
pair = penalty(who=organisation("食品"))
penalties.add(pair, "ACCEPTED")
other = organisation("物流")
penalties.add(pair | {"CF_XDR_MC": other["name"], "CF_XDR_SHXYM": other["number"], "CF_FRDB": "", "CF_FR_ZJLX": "", "CF_FR_ZJHM": ""},
              "ACCEPTED", note="the second party of the decision before")
for n in range(5):
    who = person()
    penalties.add(penalty(who=who) | {"CF_XDR_ZJHM": broken(who["number"])}, "REJECTED", "subject.check-digit", "a slip in the number")
for n in range(3):
    who = organisation("商贸")
    penalties.add(penalty(who=who) | {"CF_XDR_SHXYM": broken(who["number"])}, "REJECTED", "subject.check-digit", "a slip in the code")
for n in range(4):
    row = penalty(who=organisation("餐饮"), case=CASES[n % 4])
    penalties.add(row | {"CF_NR_FK": row["CF_NR"][5:-1]}, "REJECTED", "schema.range", "yuan in a column of ten thousands")
for n in range(4):
    penalties.add(penalty() | {"CF_WSH": ""}, "REJECTED", "schema.missing", "no decision number")
for n in range(2):
    penalties.add(penalty(who=organisation("百货")) | {"CF_SY": ""}, "REJECTED", "schema.missing", "no facts")
for n in range(2):
    penalties.add(penalty(who=organisation("百货")) | {"CF_YJ": "有关法律法规"}, "REJECTED", "basis.missing", "no law is named")
for n in range(3):
    young = person(datetime.date(2009 + n, 3, 1 + n))
    penalties.add(penalty(who=young, case=CASES[4]), "REJECTED", "capacity.minor", "not of age")
penalties.add(penalty(who=organisation("商贸"), date=datetime.date(2025, 11, 1)) | {"CF_JDRQ": "2025-11-31"}, "REJECTED", "schema.format",
              "a day that does not exist")
penalties.add(penalty(who=organisation("商贸"), date=datetime.date(2026, 9, 1)), "REJECTED", "schema.range", "a decision of tomorrow")
penalties.add(penalty(who=person()) | {"CF_SY": "当事人系乙肝病毒携带者，无证从事餐饮服务。"}, "REJECTED", "prohibited.content", "illness in the text")
who = person()
penalties.add(penalty(who=who) | {"CF_XDR_ZJHM": broken(who["number"]), "CF_WSH": "", "CF_YJ": ""}, "REJECTED",
              "basis.missing,schema.missing,subject.check-digit", "several mistakes, all answered at once")
for n in (0, 5, 10, 15):
    penalties.add(dict(penalties.rows[n]), "DUPLICATE", "state.duplicate", "sent twice")
for n in (1, 4, 7):
    row = dict(penalties.rows[n])
    penalties.add(row | {"CF_SY": row["CF_SY"] + "当事人已停业整顿。"}, "ACCEPTED", note="a correction: the next revision")


# Permits, Chinese titles, GB 18030 ------------------------------------------------------------------------------------

PERMIT = ["行政相对人名称", "行政相对人类别", "统一社会信用代码", "工商注册号", "组织机构代码", "税务登记号", "事业单位证书号", "社会组织登记证号",
          "法定代表人", "法人证件类型", "法人证件号码", "自然人证件类型", "自然人证件号码", "行政许可决定文书名称", "行政许可文书号", "许可类别",
          "许可证书名称", "许可编号", "许可内容", "许可决定日期", "有效期自", "有效期至", "许可机关", "当前状态", "数据来源单位", "备注"]
HOUSING = "郑州市住房保障和房地产管理局（样例）"
PERMITS = [("建筑", "建筑业企业资质核准", "建筑工程施工总承包叁级"), ("置业", "商品房预售许可", "预售住宅一百二十套"),
           ("物业", "城镇燃气经营许可", "瓶装液化石油气经营"), ("测绘", "建设工程质量检测机构资质核准", "见证取样检测")]
permits = File("housing.permits.csv", PERMIT)


def permit(who=None, style=0):
    global number
    number += 1
    trade, title, content = PERMITS[number % len(PERMITS)]
    who = who or (organisation(trade) if number % 4 else person())
    date = final_day()
    row = {
        "行政相对人名称": who["name"], "行政许可决定文书名称": title + "决定书", "行政许可文书号": f"郑房样许准〔{date.year}〕{number:03d}号",
        "许可类别": "核准", "许可证书名称": title + "证书", "许可编号": f"样许{number:06d}", "许可内容": content, "许可决定日期": day(date, style),
        "有效期自": day(date, style), "有效期至": day(date.replace(year=date.year + 3, day=min(date.day, 28)), style), "许可机关": HOUSING,
        "当前状态": "1", "数据来源单位": HOUSING,
    }
    if who["kind"] == "person":
        row |= {"行政相对人类别": "自然人", "自然人证件类型": "身份证", "自然人证件号码": who["number"]}
    else:
        row |= {"行政相对人类别": "法人及非法人组织", "统一社会信用代码": who["number"], "法定代表人": who["head"]["name"],
                "法人证件类型": "身份证", "法人证件号码": who["head"]["number"]}
    return row


for n in range(64):
    permits.add(permit(style=n % 2), "ACCEPTED")
for n in range(4):
    permits.add(permit(who=organisation("置业")) | {"行政许可文书号": ""}, "REJECTED", "schema.missing", "no decision number")
for n in range(4):
    who = organisation("建筑")
    permits.add(permit(who=who) | {"统一社会信用代码": broken(who["number"])}, "REJECTED", "subject.check-digit", "a slip in the code")
who = organisation("物业")
permits.add(permit(who=who) | {"统一社会信用代码": "".join(chr(ord(c) + 0xFEE0) for c in who["number"])}, "ACCEPTED",
            note="the code in full width")
for n in (2, 3):
    permits.add(dict(permits.rows[n]), "DUPLICATE", "state.duplicate", "sent twice")
for n in (4, 5):
    permits.add(dict(permits.rows[n]) | {"许可内容": "变更后的许可内容"}, "ACCEPTED", note="a change: the next revision")


# Penalties, columns of 2015 ------------------------------------------------------------------------------------------

OLD = ("CF_WSH CF_CFMC CF_CFLB1 CF_CFLB2 CF_SY CF_YJ CF_XDR_MC CF_XDR_SHXYM CF_XDR_ZDM CF_XDR_GSDJ CF_XDR_SWDJ CF_XDR_SFZ CF_FR CF_JG "
       "CF_JDRQ CF_XZJG CF_ZT DFBM SJC BZ GSQX").split()
ECOLOGY = "郑州市生态环境局（样例）"
WASTE = [("未采取扬尘防治措施", "施工现场的裸露土方未覆盖。", "《中华人民共和国大气污染防治法》第六十九条、第一百一十五条"),
         ("超标排放水污染物", "总排口化学需氧量超过排放标准。", "《中华人民共和国水污染防治法》第十条、第八十三条"),
         ("未按规定贮存危险废物", "废机油桶露天堆放，没有识别标志。", "《中华人民共和国固体废物污染环境防治法》第七十七条、第一百一十二条")]
old = File("ecology.penalties-old.csv", OLD)


def old_penalty(who=None):
    global number
    number += 1
    title, facts, basis = WASTE[number % len(WASTE)]
    who = who or (organisation("化工") if number % 5 else person())
    date = final_day()
    key = "CF_XDR_SFZ" if who["kind"] == "person" else "CF_XDR_SHXYM"
    return {
        "CF_WSH": f"郑环样罚〔{date.year}〕{number:03d}号", "CF_CFMC": title, "CF_CFLB1": "罚款", "CF_SY": facts, "CF_YJ": basis,
        "CF_XDR_MC": who["name"], key: who["number"], "CF_FR": who["head"]["name"] if who["kind"] != "person" else "",
        "CF_JG": f"罚款人民币{chance.randrange(2, 20)}万元", "CF_JDRQ": day(date, 1), "CF_XZJG": ECOLOGY, "CF_ZT": "0", "DFBM": "410199",
        "SJC": day(date + datetime.timedelta(days=5), 1), "GSQX": day(date + datetime.timedelta(days=365), 1),
    }


for n in range(34):
    old.add(old_penalty(), "ACCEPTED")
who = person()
old.add(old_penalty(who=who) | {"CF_XDR_SFZ": who["number"][:17] + "x" if who["number"][-1] == "X" else who["number"]}, "ACCEPTED")
for n in range(3):
    who = organisation("化工")
    old.add(old_penalty(who=who) | {"CF_XDR_SHXYM": broken(who["number"])}, "REJECTED", "subject.check-digit", "a slip in the code")
for n in range(2):
    old.add(old_penalty(who=organisation("化工")) | {"CF_WSH": ""}, "REJECTED", "schema.missing", "no decision number")
old.add(dict(old.rows[0]), "DUPLICATE", "state.duplicate", "sent twice")


# Messages -------------------------------------------------------------------------------------------------------------

class Events:
    name = "city.events.jsonl"

    def __init__(self):
        self.lines = []

    def add(self, source, kind, data, status, codes="", note="", ident=None):
        line = {"specversion": "1.0", "id": ident or f"sample-{len(self.lines) + 1:04d}", "source": source,
                "type": f"chengxin.{kind}.v1", "time": "2026-05-06T00:30:00Z", "datacontenttype": "application/json", "data": data}
        self.lines.append(line)
        expected.append((self.name, len(self.lines), status, codes, note))


events = Events()


def subject(who):
    return {"kind": who["kind"], "idType": "RESIDENT_ID" if who["kind"] == "person" else "USCC", "idNumber": who["number"],
            "name": who["name"]}


def record(bureau, item, who, facts, basis, result, severity, conduct=None, date=None, finality="FINAL", attributes=None, **decision):
    global number
    number += 1
    date = date or datetime.date(2026, 1, 5) + datetime.timedelta(days=chance.randrange(60))
    conduct = conduct or date - datetime.timedelta(days=30)
    return {
        "recordNo": f"样{number:05d}", "revision": 1, "catalogItem": item, "subject": subject(who),
        "conduct": {"date": conduct.isoformat(), "facts": facts},
        "decision": {"documentNo": f"{bureau}-样字〔{date.year}〕第{number}号", "date": date.isoformat(), "authority": f"{bureau}（样例）",
                     "basis": basis, "result": result} | ({"finality": {"state": finality}} if finality else {}) | decision,
        "severity": severity, "attributes": attributes or {},
    }


def submit(bureau, data, status, codes="", note="", **more):
    events.add(f"/bureaus/{bureau}", "record.submitted", data, status, codes, note, **more)


SECURITY_LAW = "《中华人民共和国治安管理处罚法》第二十六条"
COURT = "《最高人民法院关于公布失信被执行人名单信息的若干规定》第一条"
for n in range(4):
    submit("public-security", record("public-security", "penalty.public-security", person(), "在公共场所扰乱秩序。", SECURITY_LAW, "罚款二百元", "MINOR"),
           "REJECTED", "prohibited.sealed", "decisions from 2026 on are sealed")
for n in range(3):
    submit("public-security", record("public-security", "penalty.public-security", person(), "在公共场所扰乱秩序。", SECURITY_LAW, "罚款五百元",
                                     "GENERAL", date=datetime.date(2025, 8, 4 + n)), "ACCEPTED", note="decided before 2026")
for n in range(8):
    who = person() if n % 2 else organisation("贸易")
    submit("courts", record("courts", "judgment.unperformed", who, "有履行能力而拒不履行生效法律文书确定的义务。", COURT, "纳入失信被执行人名单",
                            "SERIOUS"), "ACCEPTED")
for n in range(6):
    submit("civil-affairs", record("civil-affairs", "volunteer.service", person(), "在社区图书室服务满五十小时。",
                                   "《河南省志愿服务条例》第二十条", "志愿服务记录", "NONE"), "ACCEPTED", note="to somebody's credit")
for n in range(4):
    submit("taxation", record("taxation", "tax.a-grade", organisation("科技"), "年度纳税信用评价为A级。", "《纳税信用管理办法》第十八条",
                              "A级纳税人", "NONE"), "ACCEPTED", note="to somebody's credit")
for n in range(3):
    submit("education", record("education", "exam.fraud", person(datetime.date(2003, 5, 1 + n)), "在课程考试中使用通讯设备。",
                               "《国家教育考试违规处理办法》第六条", "取消考试成绩", "GENERAL"), "ACCEPTED")
submit("education", record("education", "exam.fraud", person(datetime.date(2009, 5, 1)), "在课程考试中夹带资料。",
                           "《国家教育考试违规处理办法》第五条", "取消考试成绩", "GENERAL"), "REJECTED", "capacity.minor", "not of age")
submit("education", record("education", "exam.fraud", person(datetime.date(2003, 6, 1)), "在课程考试中替考。", "《国家教育考试违规处理办法》第七条",
                           "取消考试成绩", "GENERAL", finality="UNDER_REVIEW"), "HELD", "finality.under-review", "under review")
FINE = "《中华人民共和国道路运输条例》第六十九条"
for n in range(3):
    submit("transport", record("transport", "penalty.administrative", person(), "未按规定携带车辆营运证。", FINE, "罚款五十元", "MINOR",
                               simpleProcedure=True), "REJECTED", "policy.simple-procedure", "a simple procedure")
for n in range(2):
    submit("transport", record("transport", "penalty.administrative", person(), "未按规定维护车辆，已在期限内改正。", FINE, "警告", "MINOR",
                               remedied=True), "REJECTED", "policy.simple-procedure", "slight, and remedied")
for name, value in (("religion", "无"), ("bankDeposits", "120000.00")):
    submit("transport", record("transport", "penalty.administrative", person(), "超越许可事项从事道路运输经营。", FINE, "罚款三千元", "GENERAL",
                               attributes={name: value}), "REJECTED", "prohibited.field", "more than the item may hold")
submit("transport", record("transport", "judgment.unperformed", person(), "拒不履行行政处罚决定。", FINE, "加处罚款", "SERIOUS"), "REJECTED",
       "policy.source-not-allowed", "another's item")
submit("civil-affairs", record("civil-affairs", "volunteer.service", organisation("公益"), "组织志愿服务活动。", "《河南省志愿服务条例》第二十条",
                               "志愿服务记录", "NONE"), "REJECTED", "policy.kind-not-allowed", "an item for persons")
submit("taxation", record("taxation", "tax.unknown", organisation("科技"), "未按期申报。", "《中华人民共和国税收征收管理法》第六十二条", "罚款一千元",
                          "GENERAL"), "REJECTED", "policy.item-unknown", "no such item")

first = record("transport", "penalty.administrative", organisation("运输"), "车辆超限百分之二十。", FINE, "罚款五千元", "GENERAL")
submit("transport", first, "ACCEPTED", ident="transport-first")
submit("transport", first, "DUPLICATE", "state.duplicate", "the same message again", ident="transport-first")
second = json.loads(json.dumps(first))
second["revision"] = 2
second["decision"]["result"] = "罚款三千元"
submit("transport", second, "ACCEPTED", note="a correction")
submit("transport", first, "SUPERSEDED", "state.superseded", "older than what is known", ident="transport-late")
third = json.loads(json.dumps(second))
third["conduct"]["facts"] = "车辆超限百分之三十。"
submit("transport", third, "REJECTED", "state.revision-reused", "other facts under a revision that was used")
wrong = record("housing", "penalty.administrative", organisation("中介"), "未公示收费标准。", "《房地产经纪管理办法》第三十三条", "罚款一万元", "GENERAL")
submit("housing", wrong, "ACCEPTED")
events.add("/bureaus/housing", "record.withdrawn", {"recordNo": wrong["recordNo"], "reason": "经复核，处罚决定已撤销。",
           "basis": "《中华人民共和国行政处罚法》第四十八条"}, "WITHDRAWN", note="the decision was revoked")
events.add("/bureaus/housing", "record.withdrawn", {"recordNo": "样99999", "reason": "录入错误。", "basis": "《中华人民共和国行政处罚法》第四十八条"},
           "REJECTED", "state.not-found", "nothing to withdraw")
for n in range(5):
    events.add("/bureaus/public-security", "subject.registered", {"subject": subject(person()), "domain": "telecom",
               "registeredAt": "2026-04-20T10:00:00+08:00"}, "ACCEPTED", note="a registration, answered on intake.answers.v1")


folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
(folder / penalties.name).write_bytes(b"\xef\xbb\xbf" + penalties.text("\r\n").encode())
(folder / permits.name).write_bytes(permits.text("\r\n").encode("gb18030"))
(folder / old.name).write_bytes(old.text("\n").encode())
(folder / events.name).write_text("".join(json.dumps(e, ensure_ascii=False, separators=(",", ":")) + "\n" for e in events.lines))
(folder / "expected.tsv").write_text(
    "file\trow\tstatus\treasons\tnote\n" + "".join("\t".join(map(str, line)) + "\n" for line in expected))
print(f"{len(expected)} rows: " + ", ".join(
    f"{sum(e[2] == status for e in expected)} {status}" for status in sorted({e[2] for e in expected})))
