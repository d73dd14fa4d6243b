"""Names that mean somebody and nothing else, in small letters, too: whose music is not made here
(`bot.orders.imitation`).

A name that is also an ordinary word (Queen, Muse, Drake) is known only by its capital, so that no wish is refused for a
word. Who is long dead may be named: their music is everybody's.
"""

_LATIN = """
radiohead, coldplay, the beatles, beatles,
metallica, pink floyd, led zeppelin, daft punk, linkin park, abba, imagine dragons, taylor swift, billie eilish,
ed sheeran, ariana grande, lady gaga, beyonce, beyoncé, rihanna, kanye west, eminem, kendrick lamar,
travis scott, post malone, the weeknd, weeknd, bruno mars, dua lipa, harry styles, justin bieber, lana del rey,
adele, björk, bjork, sigur ros, sigur rós, tame impala, arctic monkeys, gorillaz, depeche mode, aphex twin,
boards of canada, skrillex, deadmau5, avicii, marshmello, hans zimmer, john williams, ennio morricone,
morricone, ludovico einaudi, einaudi, max richter, yiruma, joe hisaishi, hisaishi, studio ghibli, ghibli,
ryuichi sakamoto, nobuo uematsu, koji kondo, c418, toby fox, danny elfman, vangelis, jean-michel jarre, disney,
pixar, bts, blackpink, newjeans, aespa, le sserafim, stray kids, akmu, babymonster, illit, redvelvet,
red velvet, girls' generation, yoasobi, kenshi yonezu, radwimps, one ok rock, nujabes, j dilla, mf doom,
mac miller, frank ocean, michael jackson, david bowie, bob dylan, bob marley, elton john, fleetwood mac,
guns n' roses, ac/dc, iron maiden, rammstein, bon iver, sufjan stevens, phoebe bridgers, olivia rodrigo,
sabrina carpenter, bad bunny
"""
_KOREAN = """
아이유, 방탄소년단, 방탄, 블랙핑크, 뉴진스, 에스파, 르세라핌, 아이브, 세븐틴, 빅뱅, 악뮤, 잔나비, 혁오,
검정치마, 백예린, 이루마, 조용필, 서태지, 김광석, 정재형, 유희열, 히사이시 조, 류이치 사카모토, 사카모토 류이치,
한스 짐머, 존 윌리엄스, 엔니오 모리코네, 지브리, 디즈니, 픽사, 테일러 스위프트, 빌리 아일리시, 아델, 콜드플레이,
비틀즈, 비틀스, 퀸, 요네즈 켄시, 원오크록, 라디오헤드, 다프트 펑크, 비욘세, 에미넴, 더 위켄드, 브루노 마스,
두아 리파, 라나 델 레이, 핑크 플로이드, 이매진 드래곤스, 린킨 파크, 마이클 잭슨, 에드 시런, 아리아나 그란데,
저스틴 비버, 포스트 말론, 켄드릭 라마, 트와이스, 스트레이 키즈, 레드벨벳, 소녀시대, 샤이니, 투모로우바이투게더,
아일릿, 베이비몬스터, 지드래곤, 임영웅, 볼빨간사춘기, 십센치, 폴킴, 선우정아, 새소년, 실리카겔, 페퍼톤스,
에피톤 프로젝트, 요아소비, 래드윔프스, 누자베스, 루도비코 에이나우디, 에이나우디, 막스 리히터, 우에마츠 노부오
"""


def _names(listed: str) -> frozenset[str]:
    return frozenset(name.strip() for name in listed.split(","))


LATIN_NAMES = _names(_LATIN)
KOREAN_NAMES = _names(_KOREAN)
"""A space in a Korean name may be left out."""
