#!/usr/bin/env python3
"""Prints submissions for a load: make-load.py COUNT > load.jsonl. The same lines each time.

Each is a record of somebody of whom there is no other, two of three about a person. Nobody in them exists: numbers and codes have valid
check digits but the region 410199, which was never given out; names are made of the sexagenary cycle. Every third text names its subject,
and every ninth has the number in it as well, as people write it.
"""
import datetime
import sys

STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def cycle(n):
    return STEMS[n % 10] + BRANCHES[n % 12]


def resident_id(n):
    birth = datetime.date(1950, 1, 1) + datetime.timedelta(days=n % 19000)
    body = f"410199{birth:%Y%m%d}{n // 19000 + 1:03d}"
    total = sum(int(d) * w for d, w in zip(body, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)))
    return body + "10X98765432"[total % 11]


def organisation_code(n):
    inner = f"MB{n:06d}"
    values = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    check = 11 - sum(values.index(c) * w for c, w in zip(inner, (3, 7, 9, 10, 5, 8, 4, 2))) % 11
    body = "91410199" + inner + {10: "X", 11: "0"}.get(check, str(check))
    total = sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + ALPHABET[(31 - total % 31) % 31]


def line(n):
    is_person = n % 3 != 0
    number = resident_id(n) if is_person else organisation_code(n)
    name = "样" + cycle(n) + cycle(n // 60) if is_person else f"郑州样例{cycle(n)}{n}号商行有限公司"
    subject = (f'"kind":"person","idType":"RESIDENT_ID"' if is_person else '"kind":"organization","idType":"USCC"')
    facts = "车辆超限百分之二十。"
    if n % 9 == 4:
        facts = f"{name}（证号{number[:6]} {number[6:14]} {number[14:]}）{facts}"
    elif n % 3 == 1:
        facts = f"当事人{name}{facts}"
    return (
        f'{{"specversion":"1.0","id":"load-{n}","source":"/bureaus/transport","type":"chengxin.record.submitted.v1",'
        f'"time":"2026-05-06T09:00:00+08:00","datacontenttype":"application/json","data":{{"recordNo":"载{n}","revision":1,'
        f'"catalogItem":"penalty.administrative","subject":{{{subject},"idNumber":"{number}","name":"{name}"}},'
        f'"conduct":{{"date":"2025-12-01","facts":"{facts}"}},"decision":{{"documentNo":"交样〔2026〕{n}号","date":"2026-01-05",'
        f'"authority":"交通运输局（样例）","basis":"《中华人民共和国道路运输条例》第六十九条","result":"罚款五千元",'
        f'"finality":{{"state":"FINAL"}}}},"severity":"GENERAL","attributes":{{}}}}}}')


for n in range(int(sys.argv[1])):
    print(line(n))
