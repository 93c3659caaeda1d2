"""Reads the same mutated documents by the service and by Python's json, and compares what they make of them.

Three questions, each with an answer of its own:
- Numbers: a list of them comes back as do_t, which is dh where the activation is the identity; each must be Python's float, bit for bit.
- What Python refuses the service must call malformed.
- What Python takes, written anew by Python in its plainest form, must get the same reply as it did before; or a policy below says why not."""

import json
import math
import random
import re
import struct
import sys
import time

from findings import Findings
from service import Replies, Service, closes, post, status

SEEDS = [
    b'{"x_t":[1,2],"h_prev":[0.5],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[1]}',
    b' { "x_t" : [ [ 1e0 , -2.5E-1 ] , [ 0.1 , 3 ] ] ,\r\n\t"h_prev":[[0.5],[1e-300]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[-0.0],"dh":[[1],["NaN"]],'
    b'"activation":"identity","outputs":["do_t","db"]}\n',
    b'{"\\u0078_t":[[],[]],"h_prev":[["Infinity"],["-Infinity"]],"W_x":[],"W_h":[[123456789012345678901234567890]],"b":[0],"dh":[[1],[2]],'
    b'"dtype":"float32","activation":"\\u0069dentity","outputs":["do\\u005ft"],"convention":"row"}',
    '{"h_<t-1>":[0.5],"x_t":[1],"W_x":[[1]],"W_h":[[1]],"b":[0],"dh":[1],"é\U0001f600\\ud83d\\ude00\\\\\\"\\/":{"a":[true,false,null,{}]}}'.encode(),
]

WORDS = [
    b"[", b"]", b"{", b"}", b",", b":", b'"', b"\\", b"/", b" ", b"\t", b"\r", b"\n", b"\x0b", b"\x00", b"\x1f", b"\x7f", b"\xa0", b"\xc2\xa0", b"\xe2\x80\xa8",
    b"\xef\xbb\xbf", b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf0\x9f\x98\x80", b"\xf0\x9f", b"\\u0000", b"\\ud800", b"\\udc00\\ud800",
    b"\\ud83d\\ude00", b"\\x41", b"\\u12", b"\\'", b"\\n", b"-", b"+", b".", b"e", b"E", b"e5", b"e-400", b"e400", b"0", b"00", b"1", b"-0", b".5", b"5.", b"1e",
    b"0x1", b"1_0", b"9" * 30, b"1" * 400, b"NaN", b"Infinity", b"-Infinity", b'"NaN"', b'"nan"', b"null", b"true", b"false", b"nul", b"True", b"//", b"/**/",
    b"[]", b"{}", b"[[", b"]]", b'"dh":[1],', b'"x":1,', b'"":0,', b'"a":{"b":[1,{"c":2}]},', b"[" * 40 + b"]" * 40, b"[" * 29 + b"1" + b"]" * 29, b"'", b"# ",
]


STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')


def is_large(document):
    """A long name, many levels, many members: only such a document may be refused for its size."""
    return (max(map(len, STRING.findall(document)), default=0) > 258 or document.count(b"[") + document.count(b"{") > 32
            or document.count(b":") > 256)


class Refused(Exception):
    """Python takes it, and we mean not to."""


def pairs(members):
    names = [name for name, _ in members]
    if len(names) != len(set(names)):
        raise Refused("a name given twice (RFC 8259 section 4 leaves its meaning open)")
    return dict(members)


def number(text):
    value = float(text)
    if math.isinf(value):
        raise Refused("a number beyond the largest finite one")
    return value


def constant(text):
    raise Refused("a bare NaN or Infinity, which is not JSON")


def read_by_python(document):
    """The value; raises ValueError for what is no JSON, `Refused` with the policy for what Python takes and we do not mean to."""
    text = document.decode("utf-8")
    # What is no JSON at all is so whatever a policy says about its beginning.
    json.loads(text)
    value = json.loads(text, object_pairs_hook=pairs, parse_float=number, parse_int=number, parse_constant=constant)
    if re.search(r"[\ud800-\udfff]", json.dumps(value, ensure_ascii=False)):
        raise Refused("half of a surrogate pair, which is no character")
    return value


def mutate(choose, seed):
    data = bytearray(seed)
    for _ in range(choose.choice([1, 1, 1, 2, 2, 3])):
        at = choose.randrange(len(data) + 1)
        end = min(len(data), at + choose.choice([1, 1, 2, 4, 16]))
        match choose.randrange(6):
            case 0: data[at:end] = b""
            case 1: data[at:at] = choose.choice(WORDS)
            case 2: data[at:end] = choose.choice(WORDS)
            case 3: data[at:at] = data[at:end]
            case 4: data[at:at + 1] = bytes([choose.randrange(256)])
            case 5:
                # In place of a number, where most that is decoded stands.
                found = choose.choice(list(re.finditer(rb"-?\d[\d.eE+-]*", data)) or [None])
                if found:
                    data[found.start():found.end()] = random_number(choose).encode()
    return bytes(data)


def random_number(choose):
    """Numbers of all sorts: short, long, half-way between two floats, with many digits behind, tiny, huge."""
    match choose.randrange(8):
        case 0: return repr(choose.uniform(-10, 10))
        case 1: return repr(struct.unpack("<d", choose.randbytes(8))[0]).replace("nan", "0").replace("inf", "1e308")
        case 2: return str(choose.randrange(10 ** choose.randrange(1, 40)))
        case 3: return f"{choose.randrange(10)}.{choose.randrange(10 ** 25):025}e{choose.randrange(-345, 308)}"
        case 4:
            # The middle between a float and the next, exactly, and a last digit more or less.
            value = abs(struct.unpack("<d", struct.pack("<Q", choose.randrange(1, 0x7FEF << 48)))[0])
            with_next = int(value) + int(math.nextafter(value, math.inf)) if value > 2 ** 53 else None
            if with_next is None:
                return repr(value)
            middle = str(with_next // 2)
            return middle + choose.choice(["", ".0", ".000000000000000000001"])
        case 5: return choose.choice(["2.4703282292062327208e-324", "2.4703282292062328e-324", "4.9e-324", "2.2250738585072011e-308", "1.7976931348623158e308",
                                      "-0", "-0.0", "0e9999999999999999999", "1e-9999999999999999999", "9007199254740993", "9007199254740993.00000000000000000000001"])
        case 6: return "0." + "0" * choose.randrange(30) + str(choose.randrange(10 ** 19)) + "0" * choose.randrange(30)
        case _: return f"{choose.randrange(-10 ** 18, 10 ** 18)}{choose.choice(['e', 'E', 'e+', 'E-0'])}{choose.randrange(20)}"


class Differential(Findings):
    def __init__(self, service):
        super().__init__()
        self.service = service

    def ask(self, documents):
        """The replies to all, sent ahead on one connection."""
        replies = []
        while len(replies) < len(documents):
            with self.service.connect() as connection:
                reader = Replies(connection)
                connection.sendall(b"".join(post("/backward", document) for document in documents[len(replies):]))
                while len(replies) < len(documents):
                    head, body = reader.next()
                    replies.append((status(head), json.loads(body)))
                    if closes(head):
                        break
        return replies

    def compare_numbers(self, texts):
        lists = ",".join(f"[{text}]" for text in texts)
        rows = len(texts)
        document = ('{"x_t":[%s],"h_prev":[%s],"W_x":[],"W_h":[[0]],"b":[0],"dh":[%s],"activation":"identity","outputs":["do_t"]}'
                    % (",".join(["[]"] * rows), ",".join(["[0]"] * rows), lists))
        [(code, reply)] = self.ask([document.encode()])
        if code != 200:
            self.differences.append((f"{code} {reply}", document[:1000]))
            return
        for text, [got] in zip(texts, reply["do_t"], strict=True):
            if struct.pack("<d", float(text)) == struct.pack("<d", got):
                self.agreed["the same float"] += 1
            else:
                self.differences.append((f"{text} is {got!r} for us, {float(text)!r} for Python", text))

    def compare_documents(self, documents):
        asked, plain = [], []
        for document, (code, reply) in zip(documents, self.ask(documents), strict=True):
            try:
                value = read_by_python(document)
            except Refused as policy:
                if code == 200:
                    self.differences.append((f"we take {policy}", document))
                else:
                    self.explained[str(policy)] += 1
            except (ValueError, RecursionError) as error:
                if code == 400:
                    self.agreed["both refuse"] += 1
                elif code == 422 and "levels" in reply.get("expected", ""):
                    self.explained["too many levels, so that nothing behind them is looked at"] += 1
                else:
                    self.differences.append((f"{code} for what Python refuses: {error}", document))
            else:
                if re.search("longer than 256|more than (256|32)", reply.get("detail", "")) and is_large(document):
                    self.explained["a longer name, or more members or levels, than is taken"] += 1
                    continue
                asked.append((document, code, reply))
                plain.append(json.dumps(value, ensure_ascii=False).encode())
        for (document, code, reply), (plain_code, plain_reply) in zip(asked, self.ask(plain), strict=True):
            # An error quotes what was written, and tells its place, which are others in the plain form.
            same = reply == plain_reply if code == 200 else reply.get("field") == plain_reply.get("field")
            if code == plain_code and same:
                self.agreed[f"the same reply, {code}"] += 1
            else:
                self.differences.append((f"{code} {reply}, but written by Python {plain_code} {plain_reply}", document))


def main(program, count, seed):
    choose = random.Random(seed)
    begin = time.monotonic()
    with Service(program) as service:
        differential = Differential(service)
        differential.compare_documents(SEEDS)
        for _ in range(count // 100):
            differential.compare_documents([mutate(choose, choose.choice(SEEDS)) for _ in range(100)])
            numbers = [random_number(choose) for _ in range(100)]
            differential.compare_numbers([text for text in numbers if math.isfinite(float(text))])
    return differential.report(f"{count} documents and as many numbers from seed {seed} in {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
