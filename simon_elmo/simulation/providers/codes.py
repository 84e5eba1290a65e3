"""Providers of machine-readable codes with a form of their own: hashes, addresses of machines, numbers with checks."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

import numpy as np

from simon_elmo.simulation.draws import choose, choose_weighted
from simon_elmo.simulation.providers.templates import Rng, draw, fill, join, maybe, mix, some_of


def hexadecimal(raw: np.ndarray) -> list[str]:
    """Return the rows of uint8 (n, m) as 2m hexadecimal digits each.

    Example:
        >>> hexadecimal(np.array([[0, 255], [16, 1]], dtype=np.uint8))
        ['00ff', '1001']
    """
    whole, width = raw.tobytes().hex(), 2 * raw.shape[1]
    return [whole[at : at + width] for at in range(0, len(whole), width)]


def _cased(rng: Rng, cells: list[str], share: float) -> list[str]:
    return [cell.upper() for cell in cells] if maybe(rng, share) else cells


def uuid(rng: Rng, n: int, locale: str) -> list[str]:
    """Universally unique identifiers, with dashes or without, some in braces."""
    raw = rng.integers(0, 256, (n, 16), dtype=np.uint8)
    raw[:, 6], raw[:, 8] = raw[:, 6] & 0x0F | 0x40, raw[:, 8] & 0x3F | 0x80
    cells = hexadecimal(raw)
    if maybe(rng, 0.9):
        cells = [f"{cell[:8]}-{cell[8:12]}-{cell[12:16]}-{cell[16:20]}-{cell[20:]}" for cell in cells]
        if maybe(rng, 0.06):
            cells = join(choose(rng, ("{", "urn:uuid:")), cells)
            cells = join(cells, "}") if cells and cells[0].startswith("{") else cells
    return _cased(rng, cells, 0.25)


def hash_value(rng: Rng, n: int, locale: str) -> list[str]:
    """MD5, SHA-1, SHA-256 and shorter hashes in hexadecimal digits."""
    return _cased(
        rng, hexadecimal(rng.integers(0, 256, (n, choose(rng, (16, 20, 32, 20, 16, 64, 8, 28))), dtype=np.uint8)), 0.25
    )


def ip_v4(rng: Rng, n: int, locale: str) -> list[str]:
    """IPv4 addresses: of one network, of private ones, or of anywhere; some with a prefix length or port."""
    parts = rng.integers(0, 256, (n, 4))
    if maybe(rng, 0.5):
        head = choose(
            rng,
            (
                (10, int(rng.integers(256))),
                (192, 168),
                (172, int(rng.integers(16, 32))),
                (int(rng.integers(1, 224)), 7),
            ),
        )
        parts[:, 0], parts[:, 1] = head
    else:
        parts[:, 0] = rng.integers(1, 224, n)
    cells = list(map("%d.%d.%d.%d".__mod__, map(tuple, parts.tolist())))
    ending = choose_weighted(rng, {"": 0.86, "/": 0.08, ":": 0.06})
    if ending == "/":
        return join(cells, "/", draw(rng, ("8", "16", "24", "32"), n))
    return join(cells, ":", draw(rng, ("80", "443", "8080", "22"), n)) if ending else cells


def ip_v6(rng: Rng, n: int, locale: str) -> list[str]:
    """IPv6 addresses, written short or in full."""
    raw = rng.integers(0, 256, (n, 16), dtype=np.uint8)
    if maybe(rng, 0.6):
        raw[:, :6] = rng.integers(0, 256, 6, dtype=np.uint8)
        raw[:, 0], raw[:, 1] = choose(rng, ((0x20, 0x01), (0x26, 0x07), (0xFE, 0x80), (0x2A, 0x02)))
        raw[:, 6:14] *= rng.integers(0, 2, dtype=np.uint8)
    addresses = map(ipaddress.IPv6Address, map(bytes, raw))
    if maybe(rng, 0.75):
        return list(map(str, addresses))
    return _cased(rng, [address.exploded for address in addresses], 0.3)


def mac_address(rng: Rng, n: int, locale: str) -> list[str]:
    """Hardware addresses in one of the usual forms."""
    raw = rng.integers(0, 256, (n, 6), dtype=np.uint8)
    raw[:, :3] = raw[rng.integers(0, min(n, 4), n), :3] if n and maybe(rng, 0.6) else raw[:, :3]
    joint = choose_weighted(rng, {":": 0.6, "-": 0.2, "": 0.1, ".": 0.1})
    if joint == ".":
        cells = [".".join((cell[:4], cell[4:8], cell[8:])) for cell in hexadecimal(raw)]
    else:
        cells = [bytes(row).hex(joint) for row in raw] if joint else hexadecimal(raw)
    return _cased(rng, cells, 0.5)


def _check_digits(digits: np.ndarray, weights: Sequence[int], modulus: int) -> np.ndarray:
    return (modulus - digits @ np.resize(weights, digits.shape[1]) % modulus) % modulus


def _luhn(digits: np.ndarray) -> np.ndarray:
    doubled = digits.copy()
    doubled[:, ::-2] *= 2
    return (10 - (doubled - 9 * (doubled > 9)).sum(axis=1) % 10) % 10


def _text(digits: np.ndarray) -> list[str]:
    width = digits.shape[1]
    return (digits + ord("0")).astype(np.uint32).view(f"<U{width}").ravel().tolist()


def _with_check(digits: np.ndarray, check: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.column_stack([digits, check]))


_CARD_PREFIXES = ("4", "4", "51", "52", "53", "54", "55", "2221", "34", "37", "6011", "65", "3528", "36")


def _card_digits(rng: Rng, n: int) -> list[str]:
    prefixes = some_of(rng, _CARD_PREFIXES, 6)

    def of(prefix: str, count: int) -> list[str]:
        length = {"34": 15, "37": 15, "36": 14}.get(prefix, 16)
        digits = rng.integers(0, 10, (count, length - 1))
        digits[:, : len(prefix)] = list(map(int, prefix))
        return _text(_with_check(digits, _luhn(digits)))

    return mix(rng, n, [partial(of, prefix) for prefix in prefixes])


def credit_card(rng: Rng, n: int, locale: str) -> list[str]:
    """Numbers of payment cards in groups of four, with a right check digit."""
    joint = choose(rng, (" ", "-"))
    return [joint.join((cell[:4], cell[4:8], cell[8:12], cell[12:])) for cell in _card_digits(rng, n)]


def credit_card_digits(rng: Rng, n: int, locale: str) -> list[str]:
    """Numbers of payment cards as bare digits, with a right check digit."""
    return _card_digits(rng, n)


def ssn(rng: Rng, n: int, locale: str) -> list[str]:
    """Social security and tax numbers of persons, as their country writes them."""
    pattern = {
        "en_GB": choose(rng, ("?? ## ## ## ?", "??######?")),
        "fr_FR": choose(rng, ("1 ## ## ## ### ### ##", "2 ## 0% ## ### ### ##")),
        "es_ES": "########?",
        "it_IT": "??????##?##?###?",
        "pt_BR": "###.###.###-##",
        "hi_IN": "#### #### ####",
        "zh_CN": "######19##0%1#####",
        "pl_PL": "##0%1######",
        "nl_NL": "####.##.###",
    }.get(
        locale, choose_weighted(rng, {"###-##-####": 0.85, "XXX-XX-####": 0.1, "***-**-####": 0.05}).replace("*", "\\*")
    )
    return fill(rng, pattern, n)


def isbn(rng: Rng, n: int, locale: str) -> list[str]:
    """Book numbers of 10 places with a right check character, or of 13 with dashes."""
    if maybe(rng, 0.5):
        digits = rng.integers(0, 10, (n, 9))
        check = _check_digits(digits, range(10, 1, -1), 11).tolist()
        cells = [body + ("X" if last == 10 else str(last)) for body, last in zip(_text(digits), check, strict=True)]
        if maybe(rng, 0.4) and any(cell.endswith("X") for cell in cells):
            return cells
        return [f"{cell[0]}-{cell[1:5]}-{cell[5:9]}-{cell[9]}" for cell in cells]
    cells = _thirteen_digits(rng, n, (978,))
    head = int(rng.integers(3, 7))
    return [f"{cell[:3]}-{cell[3]}-{cell[4 : 4 + head]}-{cell[4 + head : 12]}-{cell[12]}" for cell in cells]


def _thirteen_digits(rng: Rng, n: int, prefixes: Sequence[int]) -> list[str]:
    digits = rng.integers(0, 10, (n, 12))
    heads = np.asarray(prefixes)[rng.integers(0, len(prefixes), n)]
    digits[:, :3] = np.column_stack([heads // 100, heads // 10 % 10, heads % 10])
    return _text(_with_check(digits, _check_digits(digits, (1, 3), 10)))


def isbn_digits(rng: Rng, n: int, locale: str) -> list[str]:
    """Book numbers of 13 digits without dashes."""
    return _thirteen_digits(rng, n, (978,) if maybe(rng, 0.8) else (978, 979))


def ean(rng: Rng, n: int, locale: str) -> list[str]:
    """Article numbers of 13, 12 or 8 digits with a right check digit."""
    width = choose(rng, (13, 13, 13, 12, 8))
    if width == 13:
        ranges = {
            "de_DE": range(400, 440),
            "fr_FR": range(300, 380),
            "es_ES": (840, 843),
            "it_IT": range(800, 839),
            "ja_JP": (490, 450),
        }
        return _thirteen_digits(rng, n, ranges.get(locale, (20, 30, 60, 76, 501, 400, 300, 871, 690)))
    digits = rng.integers(0, 10, (n, width - 1))
    return _text(_with_check(digits, _check_digits(digits, (3, 1), 10)))


_IBAN_FORMS = MappingProxyType(
    {"de": ("DE", "##################"), "fr": ("FR", "##########***********##"), "es": ("ES", "####################"),
     "it": ("IT", "?##########************"), "nl": ("NL", "INGB##########"), "pl": ("PL", "########################"),
     "en": ("GB", "NWBK##############"), "pt": ("BR", "#######################C#")}
)  # fmt: skip


def _iban_checks(country: str, bodies: list[str]) -> list[str]:
    table = {ord(letter): str(value) for value, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", start=10)}
    tail = f"{country}00"
    return [f"{98 - int((body + tail).translate(table)) % 97:02d}" for body in bodies]


def iban(rng: Rng, n: int, locale: str) -> list[str]:
    """Bank account numbers of one to four countries, with right check digits, in groups of four or not."""

    def of(form: tuple[str, str], count: int) -> list[str]:
        bodies = fill(rng, form[1], count)
        return join(form[0], _iban_checks(form[0], bodies), bodies)

    home = _IBAN_FORMS.get(locale[:2], _IBAN_FORMS["de"])
    forms = [home] if maybe(rng, 0.5) else [home, *(choose(rng, list(_IBAN_FORMS.values())) for _ in range(3))]
    cells = mix(rng, n, [partial(of, form) for form in forms])
    if maybe(rng, 0.5):
        return cells
    return [" ".join(cell[at : at + 4] for at in range(0, len(cell), 4)) for cell in cells]


_VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
_MAKERS = (
    "1FA",
    "1G1",
    "1HG",
    "2T1",
    "3VW",
    "4T1",
    "5YJ",
    "JHM",
    "JTD",
    "KMH",
    "WBA",
    "WVW",
    "WDB",
    "VF1",
    "ZFA",
    "SAL",
    "1C4",
    "2HK",
    "3GN",
    "5NP",
)


def vin(rng: Rng, n: int, locale: str) -> list[str]:
    """Vehicle identification numbers."""
    letters = np.array([ord(letter) for letter in _VIN_LETTERS], dtype=np.uint32)
    middle = letters[rng.integers(0, len(letters), (n, 8))].view("<U8").ravel().tolist()
    return join(draw(rng, _MAKERS, n), middle, fill(rng, "######", n))


CODE_PROVIDERS: Mapping[str, Callable[[Rng, int, str], list[str]]] = MappingProxyType(
    {
        "credit_card": credit_card,
        "credit_card_digits": credit_card_digits,
        "ean": ean,
        "hash": hash_value,
        "iban": iban,
        "ip_v4": ip_v4,
        "ip_v6": ip_v6,
        "isbn": isbn,
        "isbn_digits": isbn_digits,
        "mac_address": mac_address,
        "ssn": ssn,
        "uuid": uuid,
        "vin": vin,
    }
)
