"""Attribution: which sentences of a text say who said, thought, felt or wanted something. Pure.

The copies say what was said and not who said it, unless that person confirmed the sentence (practice/records.md 6.6).
Where it is unclear a sentence counts: one too many costs a tick, one too few puts words into somebody's mouth. So one
that names one of the two counts whatever it says, in any language: no list of verbs is ever whole. Words decide only
where both are named or nobody is; they are English, as ours are.
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
    reject\w* oppos\w* approv\w* disapprov\w* protest\w* threat\w* plead\w* swear\w* swore sworn assert\w* conced\w*
    urge|urges|urged lie|lies|lied|lying yell\w* scream\w* vow\w* accus\w* blam\w* criticis\w* criticiz\w* apolog\w*
    thank\w* beg|begs|begged demand\w* request\w* shout\w* whisper\w* argu(?:e|es|ed|ing) confirm\w* acknowledg\w*
    stress\w* emphasi\w* writ(?:e|es|ing|ten) wrote voice|voices|voiced name|names|named repeat\w*
    point(?:s|ed)\sout words quot\w* announc\w* recall\w* warn\w*
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
    embarrass\w* humiliat\w* betray\w* ignored pain pained stung depress\w* overwhelm\w* confus\w* surpris\w*
    pleas(?:e|ed|ing) annoy\w* irritat\w* frustrat\w* bother\w* touched bored hesita\w* reluctan\w* concern\w*
"""
_WANTING = r"""
    want\w* wish\w* need\w* prefer\w* desir\w* long|longs|longed|longing willing\w* unwilling\w* ready unready dream\w*
    ask|asks|asked aim|aims|aimed crav\w* keen eager\w*
"""
#: How somebody is, in body and mind: said of one of two it is theirs, said of "they" it is mostly both's.
_BEING = r"""
    sleep\w* slept asleep awake insomnia nightmare\w* ill illness\w* sick\w* health\w* unwell doctor\w* hospital\w*
    therap\w* medic\w* pill|pills diagnos\w* symptom\w* body bodily headache\w* stomach\w* heart\w* breath\w*
    breathe\w* tear|tears tearful\w* trembl\w* shak(?:e|es|ing|en|y) shook sweat\w* ache|aches|ached|aching sore
    pregnan\w* drunk drink\w* drank alcohol\w* sober addict\w* panic\w* trauma\w* burnout weak\w* appetite numb\w*
    dizzy faint\w* cope|copes coped coping struggl\w* desper\w* despair\w* joy\w* delight\w* excit\w* peace\w*
    safe\w* offend\w* offence insult\w* wound\w* satisf\w* dissatisf\w* content dread\w* terrif\w* terror rage\w*
    raging outrage\w* disgust\w* contempt env(?:y|ied|ious\w*) alarm\w* alone abandon\w* isolat\w* helpless\w*
    powerless\w* respect\w* disrespect\w* mood\w* emotion\w* suicid\w*
"""
_VERB = re.compile(rf"(?<!\w)(?:{'|'.join(f'{_SAYING} {_THINKING} {_FEELING} {_WANTING}'.split())})(?!\w)")
_STATE = re.compile(rf"(?<!\w)(?:{'|'.join(_BEING.split())})(?!\w)")
#: Somebody without a name: one of two, so that both know whom it means. What both said is nobody's.
_ONE = re.compile(
    r"(?<!\w)(?:i|he|she|his|her|hers|my|mine|one\sof\s(?:them|you|us|the\stwo)|the\sother(?:\sone)?)(?!\w)"
)
_THEY = re.compile(r"(?<!\w)(?:they|them|their|theirs|themsel(?:f|ves))(?!\w)")
#: Somebody to whom something is done or happens, whatever it is. "Her" is one where no thing of hers can follow.
_OBJECT = re.compile(
    r"(?<!\w)(?:him|himself|herself|me|myself|her(?=\W*$|\s*[^\w\s'’]|\s+(?:\w+ly|a|an|the|this|that|these|those|to|for|by|"
    r"with|without|in|on|at|about|from|of|off|out|up|down|back|away|over|into|after|before|since|until|and|or|but|when|"
    r"while|because|as|if|so|too|again|very|more|less|much|not|never|always|often|still|now|then|there|here|what|how|why|"
    r"where|who|both|all|alone)(?!\w)))(?!\w)"
)
_ACCORDING = re.compile(r"(?<!\w)according\sto(?!\w)")
#: Marks of a quotation; a straight single one only where it begins a word, or each apostrophe would be one.
_QUOTATION = re.compile(r"[\"“”„‟«»\u2039\u203a「」『』‘\u201a]|(?<!\w)'(?=\w)")
_DOUBLE = frozenset('"“”„‟«»「」『』')
#: A point after one letter, or after a title, ends no sentence: "J. said so".
_END = re.compile(r"(?<!(?<![\w’'])\w)(?<!\b[DMS][rst])(?<!\bMrs)[.!?…؟।]+[)\]’'*_]*(?=\s|$)|[。\uff01\uff1f]+")
#: What a person does rather than a thing is, after a letter that begins a sentence: "A said", not "A small room".
_DOES = re.compile(
    r"['’](?:s|ll|d|ve|re)(?!\w)|[*_\s]*(?:$|[^\w\s*])|[*_\s]+(?:\w+n['’]t|\w+[^\Wsu]s|\w+ed|\w+ly|is|was|will|would|can|"
    r"cannot|could|may|might|must|shall|should|do|did|had|never|often|also|still|just|now|then|again|not|no|and|or|but|"
    r"nor|who|whose|whom|to|with|without|for|from|at|in|on|by|about|than|both|too|said|told|spoke|wrote|swore|thought|"
    r"knew|understood|forgot|meant|saw|felt|hurt|wept|shook|forgave|left|went|came|took|gave|kept|brought|sold|bought|"
    r"paid|made|met|sat|stood|got|lost|won|found|ran|let|put|set|began|broke|chose|drove|ate|drank|slept|woke|lay|fell|"
    r"hit|hid|held|heard|led|lent|read|sent|shut|spent|stuck|taught|threw|wore|withdrew|fought)(?!\w)"
)
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

    A line that begins with a name, or with somebody's letter, and a colon is one sentence; where nothing follows there,
    so are the lines below it.
    """
    told: list[str] = []  # whose name stands on a line of its own, and what follows below it
    whole = [name for name in names if not _initial(name)]
    initials = _label_of(f"[{''.join({*Letter, *map(_initial, names)})}]")
    for line in [*(line.strip() for line in text.splitlines()), ""]:
        plain = _plain(line)
        matches = (
            *((_label(name).match(plain), plain) for name in whole),
            (initials.match(_shown(line)), _shown(line)),
        )
        spoken = next((read[match.end() :] for match, read in matches if match), None)
        if told and (spoken is not None or not line):
            yield "\n".join(told)
            told = []
        if told or (spoken is not None and not spoken.strip(" *_")):
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
    named = {letter for letter, name in names.items() if not _initial(name) and _name(name).search(plain)}
    meant = named | set(_lettered(_shown(words), names))
    people = tuple(letter for letter in Letter if letter in meant)
    says = _VERB.search(plain) or _QUOTATION.search(plain)
    # A letter counts beside another one, too: that may be a plan's or a room's.
    if len(named) == 1 or (meant and not named):
        return Attributed(words, people)
    state = says or _STATE.search(plain)
    if named:
        labelled = any(_label(names[each]).match(plain) for each in named)
        return Attributed(words, people) if state or labelled or _ACCORDING.search(plain) else None
    somebody = (state and _ONE.search(plain)) or (says and _THEY.search(plain)) or _OBJECT.search(plain)
    return Attributed(words) if somebody else None


def _lettered(shown: str, names: Mapping[Letter, str]) -> Iterator[Letter]:
    """Whom the letters stand for that stand alone and large: A and B as everywhere, or who is called by one letter."""
    called = {initial: letter for letter, name in names.items() if (initial := _initial(name))}
    for initial, letter in ({letter.value: letter for letter in Letter} | called).items():
        for found in re.finditer(rf"(?<![\w.&]){initial}(?!\w|-\w|\.\w)", shown):
            # Large in the middle of a sentence it is no article.
            within = re.search(r"[\w,;&’'][\s*_]*$", shown[: found.start()])
            if initial != "A" or within or _DOES.match(shown[found.end() :].casefold()):
                yield letter
                break


def _initial(name: str) -> str:
    """The one Latin letter somebody is called by, large; empty for any other name. Small it would be any article."""
    letter = _shown(name).strip(" .").upper()
    return letter if len(letter) == 1 and letter.isascii() and letter.isalpha() else ""


@lru_cache(maxsize=256)
def _name(name: str) -> re.Pattern[str]:
    """A name as a whole word, or one of its words that is written large and no initial; with an s of possession."""
    plain = unicodedata.normalize("NFKC", name).split()
    parts = [
        " ".join(plain),
        *(word for word in plain if len(plain) > 1 and word[:1] != word[:1].lower() and not _initial(word)),
    ]
    return re.compile("|".join(_whole(_plain(part)) for part in parts))


def _whole(part: str) -> str:
    before = "" if _unspaced(part[0]) else r"(?<!\w)"
    after = "" if _unspaced(part[-1]) else r"(?:['’]?s)?(?!\w)"
    return before + r"\s+".join(re.escape(word) for word in part.split()) + after


@lru_cache(maxsize=256)
def _label(name: str) -> re.Pattern[str]:
    """A name and a colon where a line begins: "Alex: …", "- **Alex** (quietly): …"."""
    return _label_of(f"(?:{_name(name).pattern})")


def _label_of(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"[\W_]*{pattern}[*_\s]*(?:\([^)]*\)[*_\s]*)?:")


def _unspaced(char: str) -> bool:
    return unicodedata.name(char, "").startswith(_UNSPACED)


def _plain(text: str) -> str:
    """As it is compared: one form of each letter, no large ones, nothing that cannot be seen."""
    return unicodedata.normalize("NFKC", _shown(text).casefold())


def _shown(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
