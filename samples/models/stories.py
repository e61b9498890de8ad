#!/usr/bin/env python3
"""Writes little stories from a seeded grammar: the text that the models beside it learn. Needs only Python (3.9 or
later).

python3 samples/models/stories.py --seed 7 --books 2

The same seed gives the same text on every machine and with every version of Python. A story keeps to what it said:
names and pronouns, who has what, of which colour, and how many are left. A model that has learned to remember that
writes better than one that has learned words only.
"""

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from builders.numbers import SplitMix64

# The first of a list come up most often, as words do.
NAMES = ("Tom Anna Ben Lily Max Rosa Sam Nora Leo Ida Finn Clara Hugo Mina Otto Vera Paul Greta Emil Ruby Oscar Stella "
         "Jonas Olive Felix Hazel Kasper Wilma Albert Juniper Theo Marigold").split()
ANIMALS = ("fox bear mouse hare owl badger hedgehog cat frog goose wolf squirrel otter donkey crow mole goat "
           "beaver").split()
TRAITS = ("little clever brave lazy kind old shy hungry merry proud curious patient grumpy careful sleepy "
          "stubborn").split()
COLOURS = "red blue green yellow white black brown golden silver purple".split()
THINGS = ("hat ball lantern kite drum basket boat blanket whistle scarf bell spoon ladder mirror key teapot bucket "
          "umbrella").split()
FOODS = "apple pear nut plum carrot cherry mushroom pancake turnip potato acorn egg".split()
PLACES = (("in", "forest"), ("by", "river"), ("on", "hill"), ("in", "garden"), ("at", "market"), ("by", "lake"),
          ("under", "bridge"), ("in", "barn"), ("at", "mill"), ("behind", "church"), ("in", "meadow"), ("near", "well"))
WEATHER = "sunny rainy windy cold foggy snowy stormy warm".split()
TIMES = "morning afternoon evening day night".split()
FEELINGS = "happy sad tired glad afraid angry surprised proud".split()
NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()
SOUNDS = {"fox": "barked", "bear": "growled", "mouse": "squeaked", "owl": "hooted", "cat": "purred", "frog": "croaked",
          "goose": "honked", "wolf": "howled", "donkey": "brayed", "crow": "cawed", "goat": "bleated"}


class Draw(SplitMix64):
    """Choices from lists."""

    def any(self, *options):
        return options[self.below(len(options))]

    def common(self, words, without=()):
        """A word of a list, the first ones more often."""
        left = [word for word in words if word not in without]
        return left[min(self.below(len(left)), self.below(len(left)))]

    def sometimes(self, text):
        return [text] if self.below(2) == 0 else []


class Hero:
    """Somebody in a story: a name, an animal, and the words that stand for them."""

    def __init__(self, draw, others=()):
        self.name = draw.common(NAMES, [other.name for other in others])
        self.animal = draw.common(ANIMALS, [other.animal for other in others])
        self.trait = draw.common(TRAITS)
        female = self.name in NAMES[1::2]
        self.he, self.him, self.his = ("she", "her", "her") if female else ("he", "him", "his")
        self.said = SOUNDS.get(self.animal, "said") if draw.below(4) == 0 else "said"


def a(word):
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def count(number, noun):
    return f"{NUMBERS[number]} {noun if number == 1 else plural(noun)}"


def plural(noun):
    if noun.endswith(("ch", "sh")):
        return noun + "es"
    if noun.endswith("y"):
        return noun[:-1] + "ies"
    return noun + ("es" if noun == "potato" else "s")


def start(text):
    return text[0].upper() + text[1:]


def opening(draw, hero, place):
    where = f"{place[0]} the {place[1]}"
    return draw.any(
        [f"Once upon a time there was {a(hero.trait)} {hero.animal} called {hero.name}.",
         f"{start(hero.he)} lived {where}."],
        [f"{hero.name} the {hero.animal} lived {where}.", f"{start(hero.he)} was very {hero.trait}."],
        [f"One {draw.common(WEATHER)} {draw.common(TIMES)} {a(hero.trait)} {hero.animal} sat {where}.",
         f"{start(hero.his)} name was {hero.name}."],
        [f"There once was {a(hero.animal)} {where} whose name was {hero.name}.",
         f"Everybody knew that {hero.name} was {hero.trait}."])


def meeting(draw, hero, friend):
    hello = draw.any(f'"Good {draw.any("morning", "evening")}, {friend.name}," {hero.said} {hero.name}.',
                     f'"Where are you going, {hero.name}?" {friend.said} the {friend.animal}.',
                     f'"What a {draw.common(WEATHER)} {draw.common(TIMES)}!" {friend.said} {friend.name}.')
    met = draw.any(f"On the way {hero.he} met {friend.name} the {friend.animal}.",
                   f"Then {friend.name} came along, {a(friend.trait)} {friend.animal}.",
                   f"{start(hero.his)} friend {friend.name}, the {friend.animal}, was there too.")
    return [met] + draw.sometimes(hello)


def counting(draw, hero, friend):
    """Somebody has some of a thing and gives some away."""
    food = draw.common(FOODS)
    had = 2 + draw.below(9)
    gave = 1 + draw.below(had)
    left = had - gave
    wanted = a(food) if gave == 1 else f"some {plural(food)}"
    kept = f"{start(hero.he)} had {count(left, food)} left." if left else f"Now {hero.he} had no {plural(food)} left."
    return [f"{hero.name} had {count(had, food)} in {hero.his} basket.", *meeting(draw, hero, friend),
            f'"I am so hungry," {friend.said} {friend.name}. "May I have {wanted}?"',
            f"{hero.name} gave {friend.him} {count(gave, food)}.", kept,
            draw.any(f"They ate together and were {draw.any('happy', 'glad')}.",
                     f'"Thank you, {hero.name}," {friend.said} the {friend.animal}.')]


def losing(draw, hero, friend):
    """Something is lost, looked for and found."""
    colour, thing = draw.common(COLOURS), draw.common(THINGS)
    first, second = draw.common(PLACES), draw.common(PLACES)
    found = f'It is {colour}, and it was {second[0]} the {second[1]}.'
    return [f"One {draw.common(TIMES)} {hero.he} could not find {hero.his} {colour} {thing}.",
            f"{start(hero.he)} looked {first[0]} the {first[1]}, but the {thing} was not there.",
            *meeting(draw, hero, friend), f'"Is this your {thing}?" {friend.said} {friend.name}. "{found}"',
            draw.any(f"{hero.name} was so {draw.any('happy', 'glad')} that {hero.he} danced.",
                     f"So {hero.name} had {hero.his} {colour} {thing} again."),
            *draw.sometimes(f"{start(hero.he)} never lost the {thing} again.")]


def trading(draw, hero, friend):
    """Two swap what they have."""
    mine = draw.common(THINGS)
    yours = draw.common(THINGS, [mine])
    colours = draw.common(COLOURS), draw.common(COLOURS)
    return [f"{hero.name} had {a(colours[0])} {mine}, but {hero.he} wanted {a(yours)}.", *meeting(draw, hero, friend),
            f"{friend.name} had {a(colours[1])} {yours}.",
            f'"Give me your {mine}, and you shall have my {yours}," {friend.said} the {friend.animal}.',
            f"So {hero.name} took the {colours[1]} {yours}, and {friend.name} took the {colours[0]} {mine}.",
            draw.any("Both were happy.", f"But the next day {hero.name} was sad and wanted the {mine} back.",
                     f"{start(hero.his)} new {yours} was very fine.")]


def travelling(draw, hero, friend):
    """A way with a storm and a shelter."""
    place, weather = draw.common(PLACES), draw.any("rain", "wind", "snow", "fog")
    house = draw.common(PLACES)
    return [f"{hero.name} wanted to see the {place[1]}.",
            f"{start(hero.he)} walked for {NUMBERS[2 + draw.below(8)]} days.",
            f"Then the {weather} came, and {hero.he} was {draw.any('cold', 'tired', 'afraid')}.",
            *meeting(draw, hero, friend),
            f'"Come into my house {house[0]} the {house[1]}," {friend.said} {friend.name}. '
            f'"There is no {weather} inside."',
            draw.any(f"They sat by the fire until the {weather} was over.",
                     f"{start(friend.he)} gave {hero.him} {a(draw.common(FOODS))} and a warm bed."),
            draw.any(f"The next morning {hero.name} came to the {place[1]} at last.",
                     f"In the end {hero.name} forgot the {place[1]} and stayed with {friend.him}.")]


def racing(draw, hero, friend):
    """Two run, and the one who boasts loses."""
    place = draw.common(PLACES)
    boaster, winner = (hero, friend) if draw.below(2) else (friend, hero)
    why = draw.any(f"stopped to eat {a(draw.common(FOODS))}", "fell asleep under a tree", "lost the way",
                   "fell into the mud")
    return [*meeting(draw, hero, friend),
            f'"I am faster than you," {boaster.said} {boaster.name}. "Let us run to the {place[1]}."',
            f"They ran. {boaster.name} was first, but then {boaster.he} {why}.",
            f"When {boaster.name} came to the {place[1]}, {winner.name} was there already.",
            draw.any(f"The {winner.animal} laughed, and the {boaster.animal} was {draw.any('angry', 'sad')}.",
                     f'"You are a good runner, {winner.name}," {boaster.said} {boaster.name}.')]


PLOTS = (counting, losing, trading, travelling, racing)


def ending(draw, hero, friend):
    feeling = draw.common(FEELINGS)
    return [draw.any(
        f"And from that day on {hero.name} and {friend.name} were friends.",
        f"Then {hero.name} went home, for it was late.",
        f"That night the {hero.animal} slept well.",
        f"And if {hero.he} is not {feeling}, {hero.he} is {draw.common(FEELINGS, [feeling])}.")]


def story(draw):
    hero = Hero(draw)
    friend = Hero(draw, (hero,))
    plot = PLOTS[draw.below(len(PLOTS))]
    return " ".join(opening(draw, hero, draw.common(PLACES)) + plot(draw, hero, friend) + ending(draw, hero, friend))


def books(seed, number):
    """Texts of one to five stories, which a blank line divides. A model ends with a book, not with a story."""
    draw = Draw(seed)
    return ["\n\n".join(story(draw) for _ in range(1 + draw.below(5))) for _ in range(number)]


def held_out():
    """The text on which perplexity is measured: of a seed that no model learned from."""
    return "\n\n".join(books(seed=2, number=100))


def main():
    parser = argparse.ArgumentParser(description="Writes little stories.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--books", type=int, default=1)
    parser.add_argument("--held-out", action="store_true", help="instead, the text on which perplexity is measured")
    arguments = parser.parse_args()
    print(held_out() if arguments.held_out else "\n\n".join(books(arguments.seed, arguments.books)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
