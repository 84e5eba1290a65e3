"""Providers of what the net and file systems know: mail addresses, links, hosts, files, programs that browse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from simon_elmo.simulation.draws import choose, choose_cells, choose_weighted
from simon_elmo.simulation.providers.people import ACCOUNT_FORMS, account_names, latin_names
from simon_elmo.simulation.providers.pools import faker_pool
from simon_elmo.simulation.providers.templates import (
    Rng,
    compose,
    draw,
    draw_skewed,
    fill,
    join,
    maybe,
    mix,
    some_of,
    sometimes,
)
from simon_elmo.simulation.providers.vocabulary import words

_net = partial(words, file="net")
# accounts of posts rather than of people: an office and its number
_NUMBERED_ACCOUNTS = ("??.#######?", "??######", "?#######", "??##?###", "???.####", "??-##", "########", "###")
_OFFICES = ("ac", "mairie", "ville", "cc", "cg", "prefecture", "univ", "ayto", "stadt", "gemeinde", "comune", "city")


def _compact(cells: list[str]) -> list[str]:
    return [cell.lower().replace(" ", "").replace("&", "and").replace("'", "") for cell in cells]


def host_names(rng: Rng, n: int, locale: str) -> list[str]:
    """Return n domains of organisations, without a protocol."""
    makers: list[Callable[[int], list[str]]] = [
        partial(compose, rng, "{natural}{noun}"),
        partial(compose, rng, "{natural}{natural}"),
        partial(compose, rng, "cityof{surnameish}"),
        partial(compose, rng, "{adjective}-{noun}"),
        lambda count: join(choose(rng, _OFFICES), "-", latin_names(rng, count, locale)[1]),
        partial(compose, rng, "{activity}{initiative}"),
        partial(compose, rng, "{natural}{settlement}"),
        partial(compose, rng, "the{natural}{object}"),
        lambda count: latin_names(rng, count, locale)[1],
        partial(fill, rng, "~~~"),
    ]
    names = mix(rng, n, makers)
    tops = _net("top", locale if maybe(rng, 0.8) else "en")
    return join(_compact(names), draw_skewed(rng, tops, n, skew=1.8))


def email(rng: Rng, n: int, locale: str) -> list[str]:
    """Mail addresses: those of one organisation, of public providers, or of anyone."""
    forms = some_of(rng, ACCOUNT_FORMS, 4)
    accounts: list[Callable[[int], list[str]]] = [
        partial(account_names, rng, locale=locale, form=form) for form in forms
    ]
    if maybe(rng, 0.4):
        accounts.append(partial(draw, rng, _net("role_account", locale)))
    if maybe(rng, 0.12):
        pattern = choose(rng, _NUMBERED_ACCOUNTS)
        accounts = [lambda count: [account.lower() for account in fill(rng, pattern, count)]]
    local = mix(rng, n, accounts)
    kind = choose_weighted(rng, {"public": 0.35, "one": 0.35, "many": 0.3})
    if kind == "one":
        hosts = draw_skewed(rng, host_names(rng, int(rng.integers(1, 4)), locale), n, skew=3.0)
    elif kind == "public":
        hosts = draw_skewed(rng, _net("mail_host", locale), n)
    else:
        many = partial(host_names, rng, locale=locale)
        hosts = mix(rng, n, [many, partial(draw_skewed, rng, _net("mail_host", locale))], [0.6, 0.4])
    cells = join(local, "@", hosts)
    if maybe(rng, 0.02):
        return join("mailto:", cells)
    return [cell.upper() for cell in cells] if maybe(rng, 0.08) else cells


def domain_name(rng: Rng, n: int, locale: str) -> list[str]:
    """Names of hosts and domains."""
    hosts = host_names(rng, n, locale)
    prefix = choose_weighted(rng, {"": 0.55, "www.": 0.2, "site": 0.25})
    if prefix == "site":
        return join(sometimes(rng, join(draw(rng, _net("site"), n), "."), rng.uniform(0.4, 1.0)), hosts)
    return join(prefix, hosts)


def _paths(rng: Rng, n: int) -> list[str]:
    section, page, query = _net("section"), _net("page"), _net("query")
    slug = choose(rng, ("{noun}-{noun}", "{adjective}-{noun}-{activity}", "{natural}_{noun}"))
    shapes: tuple[Callable[[int], list[str]], ...] = (
        lambda count: join("/", draw(rng, section, count), "/", draw(rng, section, count), "/", draw(rng, page, count)),
        lambda count: join("/", draw(rng, section, count), "/", _compact(compose(rng, slug, count))),
        lambda count: join(
            "/", choose(rng, section), "/", fill(rng, choose(rng, ("####", "######", "^^^^^^^^", "&&&&-&&&&")), count)
        ),
        lambda count: join(
            "/",
            choose(rng, page),
            "?",
            choose(rng, query),
            "=",
            fill(rng, choose(rng, ("###", "######", "&&&&&&")), count),
        ),
        lambda count: join("/", draw(rng, section, count), "/", file_names(rng, count)),
        lambda count: join("/", draw(rng, section, count), "/"),
    )
    # The last shape has few values, so that it does not stand alone.
    return mix(rng, n, [choose(rng, shapes[:-1]), choose(rng, shapes)])


_PROTOCOLS = MappingProxyType(
    {"http://": 0.3, "https://": 0.33, "http://www.": 0.16, "https://www.": 0.13, "www.": 0.06, "ftp://": 0.02}
)


def uri(rng: Rng, n: int, locale: str) -> list[str]:
    """Links: home pages, pages of one site, documents, now and then without a protocol."""
    protocol = choose_weighted(rng, _PROTOCOLS)
    if maybe(rng, 0.5):
        hosts = draw_skewed(rng, host_names(rng, int(rng.integers(1, 4)), locale), n, skew=3.0)
        return join(protocol, hosts, _paths(rng, n))
    cells = join(protocol, host_names(rng, n, locale))
    if maybe(rng, 0.5):
        return join(cells, sometimes(rng, _paths(rng, n), rng.uniform(0.2, 1.0)))
    return join(cells, choose(rng, ("", "", "/")))


def file_names(rng: Rng, n: int) -> list[str]:
    """Return n names of files with extensions."""
    forms = (
        "{file_word}_####", "{file_word}-20##-0%-%#", "{file_word}", "{file_word} ##", "{file_word}_v#",
        "####_{file_word}", "{file_word}(#)", "{file_word}_{file_word}", "IMG_####", "^^^^^^^^^^^^", "20##0%%#_######",
    )  # fmt: skip
    makers = [partial(_file_stems, rng, form) for form in some_of(rng, forms, 4)]
    extensions = some_of(rng, _net("extension"), 5)
    stems = mix(rng, n, makers)
    if maybe(rng, 0.3):
        stems = [stem.replace(" ", "_") for stem in stems]
    endings = draw_skewed(rng, extensions, n, skew=2.5)
    return join(stems, [ending.upper() for ending in endings] if maybe(rng, 0.1) else endings)


def _file_stems(rng: Rng, form: str, n: int) -> list[str]:
    pieces = form.split("{file_word}")
    parts: list[list[str]] = []
    for position, piece in enumerate(pieces):
        if position:
            parts.append(draw(rng, _net("file_word"), n))
        if piece:
            parts.append(fill(rng, piece, n))
    return join(*parts)


def file_name(rng: Rng, n: int, locale: str) -> list[str]:
    """Names of files with extensions."""
    return file_names(rng, n)


def file_path(rng: Rng, n: int, locale: str) -> list[str]:
    """Paths of files on Unix and Windows."""
    windows = maybe(rng, 0.35)
    separator = "\\" if windows else "/"
    root = choose(
        rng,
        ("C:\\", "D:\\data\\", "\\\\server\\share\\", "C:\\Users\\")
        if windows
        else ("/", "/var/", "/home/", "./", "~/", "s3://bucket/", ""),
    )
    folders = join(draw(rng, _net("folder"), n), separator)
    for _ in range(int(rng.integers(0, 3))):
        folders = join(folders, sometimes(rng, join(draw(rng, _net("folder"), n), separator), 0.7))
    return join(root, folders, file_names(rng, n))


def mime_type(rng: Rng, n: int, locale: str) -> list[str]:
    """Types of content as the net names them."""
    types = _net("mime")
    cells = choose_cells(rng, some_of(rng, types, len(types)), n)
    return join(cells, sometimes(rng, ["; charset=utf-8"] * n, 0.4)) if maybe(rng, 0.1) else cells


def user_agent(rng: Rng, n: int, locale: str) -> list[str]:
    """How browsers and other programs call themselves."""
    tools = (
        "curl/7.##.0",
        "python-requests/2.##.0",
        "Googlebot/2.1 (+http://www.google.com/bot.html)",
        "Wget/1.##",
        "okhttp/4.#.0",
        "PostmanRuntime/7.##.0",
    )
    browsers = faker_pool("user_agent", "en_US")
    makers = [
        lambda count: browsers[rng.integers(0, len(browsers), count)].tolist(),
        lambda count: fill(rng, choose(rng, tools), count),
    ]
    return mix(rng, n, makers, [1.0, float(choose(rng, (0.0, 0.1, 0.4)))])


WEB_PROVIDERS: Mapping[str, Callable[[Rng, int, str], list[str]]] = MappingProxyType(
    {
        "domain_name": domain_name,
        "email": email,
        "file_name": file_name,
        "file_path": file_path,
        "mime_type": mime_type,
        "uri": uri,
        "user_agent": user_agent,
    }
)
