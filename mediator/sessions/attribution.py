"""Attribution: which sentences of a text say who said, thought, felt or wanted something. Pure.

The copies say what was said and not who said it, unless that person confirmed the sentence (practice/records.md 6.6).
Where it is unclear a sentence counts: one too many costs a tick, one too few puts words into somebody's mouth. The
verbs are English, as our words are; a name before a colon or beside a quotation is found in any language.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from mediator.core.visibility import Letter

#: Words of saying, thinking, feeling and wanting, from their beginning: `\w*` where whatever follows is one of them.
_SAYING = r"""
    said say|says|saying|sayings tell\w* told ask\w* answer\w* repl(?:y|ies|ied|ying) respond\w* speak\w* spoke\w*
    talked\sof mention\w* explain\w* admit\w* confess\w* den(?:y|ies|ied|ying) claim\w* insist\w* stat(?:es|ed|ing)
    declar\w* describ\w* report\w* remark\w* comment\w* adds added express\w* shar(?:es|ed|ing) suggest\w* propos\w*
    offer\w* promis\w* refus\w* accept\w* agree|agrees|agreed|agreeing disagree\w* object(?:s|ed|ing) complain\w*
    accus\w* blam\w* criticis\w* criticiz\w* apolog\w* thank\w* beg|begs|begged demand\w* request\w*
    shout\w* whisper\w* argu(?:e|es|ed|ing) confirm\w* acknowledg\w* stress\w* emphasi\w* writ(?:e|es|ing|ten) wrote
    voice|voices|voiced name|names|named repeat\w* point(?:s|ed)\sout words quot\w* announc\w* recall\w* warn\w*
"""
_THINKING = r"""
    think\w* thought\w* believ\w* belief\w* know|knows|knew|known|knowing understand\w* understood realis\w* realiz\w*
    consider\w* doubt\w* suspect\w* suppos\w* assum\w* imagin\w* wonder\w* remember\w* forget\w* forgot\w* decid\w*
    mean|means|meant meaning expect\w* find|finds|found sees saw view\w* opinion\w* mind|minds|minded sure unsure
    certain uncertain convinc\w* judg\w* notic\w* perceiv\w* intend\w* guess\w*
"""
_FEELING = r"""
    feel\w* felt hop(?:e|es|ed|ing|eful\w*) hopeless\w* fear\w* worr(?:y|ies|ied|ying) regret\w* sorry afraid scared
    frighten\w* ang(?:er|ry|rily) furious sad\w* glad\w* happ(?:y|ier|iness|ily) unhapp\w* hurt\w* asham\w* shame\w*
    guilt\w* jealous\w* lonel\w* upset\w* anxi\w* disappoint\w* reliev\w* relief tired exhaust\w* nervous\w* grie\w*
    mourn\w* suffer\w* cry|cries|cried|crying wept weep\w* lov(?:e|es|ed|ing) hat(?:e|es|ed|ing|red) lik(?:e|es|ed|ing)
    dislik\w* enjoy\w* miss|misses|missed|missing trust\w* distrust\w* mistrust\w* forgiv\w* forgave care|cares|cared
    grateful\w* gratitude proud\w* pride resent\w* bitter\w* comfortable uncomfortable relax\w* calm\w* insecure unsafe
    embarrass\w* humiliat\w* betray\w* ignored rejected pain pained stung depress\w* overwhelm\w* confus\w* surpris\w*
    pleas(?:e|ed|ing) annoy\w* irritat\w* frustrat\w* bother\w* touched bored hesita\w* reluctan\w* concern\w*
"""
_WANTING = r"""
    want\w* wish\w* need\w* prefer\w* desir\w* long|longs|longed|longing willing\w* unwilling\w* ready unready dream\w*
    ask|asks|asked aim|aims|aimed crav\w* keen eager\w*
"""
_VERB = re.compile(rf"(?<!\w)(?:{'|'.join(f'{_SAYING} {_THINKING} {_FEELING} {_WANTING}'.split())})(?!\w)")
#: Somebody without a name: one of two, so that both know whom it means. What both said is nobody's.
_SOMEBODY = re.compile(
    r"(?<!\w)(?:i|he|she|they|his|her|hers|my|one\sof\s(?:them|you|us|the\stwo)|the\sother(?:\sone)?)(?!\w)"
)
_ACCORDING = re.compile(r"(?<!\w)according\sto(?!\w)")
#: Marks of a quotation; a straight single one only where it begins a word, or each apostrophe would be one.
_QUOTATION = re.compile(r"[\"“”„‟«»\u2039\u203a「」『』‘\u201a]|(?<!\w)'(?=\w)")
_DOUBLE = frozenset('"“”„‟«»「」『』')
#: A point after one letter, or after a title, ends no sentence: "J. said so".
_END = re.compile(r"(?<!(?<![\w’'])\w)(?<!\b[DMS][rst])(?<!\bMrs)[.!?…؟।]+[)\]’'*_]*(?=\s|$)|[。\uff01\uff1f]+")
#: Scripts that put no space between words: there a name stands whole wherever its letters stand.
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "BOPOMOFO")


@dataclass(frozen=True)
class Attributed:
    """One such sentence as it stands, and whom it names; nobody where it says only that somebody did."""

    words: str
    people: tuple[Letter, ...] = ()

    @property
    def mark(self) -> str:
        """What a confirmation is kept by: of exactly these words, so that other words are confirmed anew."""
        return hashlib.sha256(self.words.encode("utf-8", "surrogatepass")).hexdigest()


def attributed(texts: Iterable[str], called: Mapping[Letter, str]) -> list[Attributed]:
    """The sentences of these texts that say who said, thought, felt or wanted something, each once, in their order.

    `called` are both people's names as they are called, by letter.
    """
    names = {letter: name for letter in Letter if _plain(name := called.get(letter, "")).strip()}
    found = (_read(words, names) for text in texts for words in sentences(text, names.values()))
    return list(dict.fromkeys(one for one in found if one is not None))


def sentences(text: str, names: Iterable[str]) -> Iterator[str]:
    """The sentences of a text, each as it was typed. No line's end is within one, and no end within a quotation is one.

    A line that begins with a name and a colon is one sentence; where nothing follows there, so are the lines below it.
    """
    labels = [_label(name) for name in names]
    told: list[str] = []  # whose name stands on a line of its own, and what follows below it
    for line in [*(line.strip() for line in text.splitlines()), ""]:
        plain = _plain(line)
        spoken = next((match for label in labels if (match := label.match(plain))), None)
        if told and (spoken is not None or not line):
            yield "\n".join(told)
            told = []
        if told or (spoken is not None and not plain[spoken.end() :].strip(" *_")):
            told.append(line)
        elif spoken is not None:
            yield line
        else:
            yield from _split(line)


def _split(line: str) -> Iterator[str]:
    begun, place, within = 0, 0, False
    while place < len(line):
        if line[place] in _DOUBLE:
            within = not within
        ends = None if within else _END.match(line, place)
        if ends is None:
            place += 1
            continue
        if words := line[begun : ends.end()].strip():
            yield words
        begun = place = ends.end()
    if words := line[begun:].strip():
        yield words


def _read(words: str, names: Mapping[Letter, str]) -> Attributed | None:
    """The sentence with whom it names, if it attributes anything to anybody."""
    plain = _plain(words)
    people = tuple(letter for letter, name in names.items() if _name(name).search(plain))
    says = _VERB.search(plain) or _QUOTATION.search(plain)
    if people and (says or _ACCORDING.search(plain) or any(_label(names[each]).match(plain) for each in people)):
        return Attributed(words, people)
    return Attributed(words) if says and _SOMEBODY.search(plain) else None


@lru_cache(maxsize=256)
def _name(name: str) -> re.Pattern[str]:
    """A name as a whole word, or one of its words that is written large; with an s of possession or without."""
    plain = unicodedata.normalize("NFKC", name).split()
    parts = [" ".join(plain), *(word for word in plain if len(plain) > 1 and word[:1] != word[:1].lower())]
    return re.compile("|".join(_whole(_plain(part)) for part in parts))


def _whole(part: str) -> str:
    before = "" if _unspaced(part[0]) else r"(?<!\w)"
    after = "" if _unspaced(part[-1]) else r"(?:['’]?s)?(?!\w)"
    return before + r"\s+".join(re.escape(word) for word in part.split()) + after


@lru_cache(maxsize=256)
def _label(name: str) -> re.Pattern[str]:
    """A name and a colon where a line begins: "Alex: …", "- **Alex** (quietly): …"."""
    return re.compile(rf"[\W_]*(?:{_name(name).pattern})[*_\s]*(?:\([^)]*\)[*_\s]*)?:")


def _unspaced(char: str) -> bool:
    return unicodedata.name(char, "").startswith(_UNSPACED)


def _plain(text: str) -> str:
    """As it is compared: one form of each letter, no large ones, nothing that cannot be seen."""
    shown = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    return unicodedata.normalize("NFKC", shown.casefold())
