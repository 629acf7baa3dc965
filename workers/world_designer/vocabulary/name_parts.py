"""Parts of names, people by people. All of them are our own; `names.py` puts them together."""

# ruff: noqa: E501 - one sentence or row, one line

from dataclasses import dataclass

from workers.world_designer.vocabulary import words


@dataclass(frozen=True, slots=True)
class NameParts:
    """What the names of one people are made of.

    A given name is a start and an end, or one of the whole names; a family name is a first and a last half, or one of
    the whole family names.
    """

    starts: tuple[str, ...] = ()
    male_ends: tuple[str, ...] = ()
    female_ends: tuple[str, ...] = ()
    male: tuple[str, ...] = ()
    female: tuple[str, ...] = ()
    family_starts: tuple[str, ...] = ()
    family_ends: tuple[str, ...] = ()
    families: tuple[str, ...] = ()

    def count(self) -> int:
        """How many parts there are in all."""
        return sum(len(getattr(self, field)) for field in self.__slots__)


DWARF = NameParts(
    starts=words(
        "Bar Bel Bor Brun Dag Dor Dur Fal Far Gam Gor Grim Hal Har Hel Kaz Kor Mor Nor Ord Rag Rur Skal Stor Tal Tor "
        "Tram Ul Var Vund"
    ),
    male_ends=words("ak an dan din dur gan grim il kar lin mund nar rik run uk"),
    female_ends=words("a dis eth gret hild ina is la lin ora ra runa wen ya"),
    family_starts=words(
        "Ash Anvil Black Bronze Coal Copper Deep Ember Flint Granite Hammer Iron Oath Ore Pick Salt Silver Slate Steel "
        "Stone Tin"
    ),
    family_ends=words("arm back beard brand brow delve fist forge grip hand heart helm hold shield song vein ward"),
)

ELF = NameParts(
    starts=words(
        "Ael Aer Ama Cae Cal Ela Elu Eri Fae Gal Hae Ila Ith Kel Lae Lia Loe Mae Mir Nae Nim Ola Rae Sae Sil Tha Tia "
        "Vae Xil Yl"
    ),
    male_ends=words("lar nor rion ven dir thas mar lanis dor nil ras thir vain rael"),
    female_ends=words("lia nna riel sara thea wen lis mira nia rae ssa thiel vanna dra"),
    family_starts=words(
        "Amber Autumn Bright Dawn Dew Even Fern Frost Gold Green Hazel Leaf Light Mist Moon Night Rain Reed Silver Song "
        "Star Thorn Willow Wind Winter"
    ),
    family_ends=words(
        "bough brook crown dancer fall glade leaf mantle mere runner shade song spire strand vale watcher water"
    ),
)

HUMAN = NameParts(
    male=words(
        "Aldric Alwin Anselm Bartol Bertram Brannoch Cedwin Corbin Dunstan Edric Emeric Falk Garrick Godwin Hamond "
        "Harlan Ivo Jorn Kenric Lambert Leofric Madoc Merrick Niall Osbert Osric Quillon Radolf Rowan Selwyn Simond "
        "Tancred Tobin Ulric Vance Walter Wendel Wystan Yorick"
    ),
    female=words(
        "Adela Alis Annora Aveline Beatrix Bryony Cecily Clemence Dunna Edith Elswyth Emmot Gisela Gunnora Hawise "
        "Helewis Idony Isolde Joan Katrin Lettice Linnet Mabel Maerwyn Margery Matilda Nesta Odile Osanna Petra "
        "Richenda Rohese Sabine Sunniva Tamsin Ursel Wilmot Winifred Ysolt"
    ),
    families=words(
        "Ashdown Barrow Blackwater Brewer Carrow Chandler Cobb Coldbrook Crane Dale Drover Dunmore Fairweather Fenn "
        "Fletcher Garth Graves Greenhill Hale Harrow Hart Holloway Kestrel Lark Locke Marsh Mercer Moss Oakley "
        "Penhallow Pike Quick Redfern Sallow Sexton Tanner Thatcher Vane Wainwright Weaver Whitlock Wren Yarrow"
    ),
)

GNOME = NameParts(
    starts=words(
        "Al Bim Bod Cob Dab Dim Ell Fen Fib Glim Jeb Kip Lor Nab Nib Nom Pil Quin Rin Roon Sim Tib Tock Wim Wren Zan"
    ),
    male_ends=words("ble bus del fen kin lo mottin nock per rick ry sby ton wick"),
    female_ends=words("bel dy ella kina la lotta mina na ny pet ree sy tina wyn"),
    family_starts=words(
        "Bottle Brass Button Candle Clock Cog Copper Fiddle Fuse Gear Glass Lamp Lens Marble Needle Nickel Penny Prism "
        "Quill Ribbon Spindle Thimble Tinder Wax"
    ),
    family_ends=words(
        "bender bright catcher dial finder fold gather hopper keeper kettle link maker minder nook pocket spinner turner "
        "whistle works"
    ),
)

HALFLING = NameParts(
    male=words(
        "Albie Barney Bram Cale Cobb Dewey Dob Eddo Fenn Gable Gil Hodge Holm Jem Jory Kit Lanny Mundy Ned Nob Ollie Pim "
        "Robin Roly Rufus Sorrel Tam Toby Tolly Wat Will"
    ),
    female=words(
        "Amy Blossom Bramble Cora Dilly Elsie Fern Gilly Hazel Ivy Jess Lavender Lottie Maisie Marigold Meg Nell Nora "
        "Olive Pansy Peony Petal Poppy Primmy Rue Sally Tansy Tilly Verity Winnie"
    ),
    family_starts=words(
        "Apple Barley Berry Bramble Bread Broad Butter Clover Cup Dew Duck Fair Goose Green Hay Hill Honey Meadow Mill "
        "Oat Plum Pot Thistle"
    ),
    family_ends=words(
        "acre bank basket bough brook cake down field garden gate heath kettle lane loaf patch pipe wick"
    ),
)

GOBLINOID = NameParts(
    starts=words(
        "Az Bag Brug Dak Druk Gash Ghor Gor Grak Grish Hruk Kag Karg Krul Lug Maz Mog Morg Nag Nar Ogg Rak Rot Shag Skar "
        "Snag Thok Ugg Urz Varg Vok Zog"
    ),
    male_ends=words("ak ash bog dush gar gol gul mug nok ruk thak uk uz zar"),
    female_ends=words("a aka ga gra ila isha ka lka na ra sha ura za zga"),
    family_starts=words("Ash Bite Blood Bone Crow Dust Fang Fire Gut Knife Mud Rat Rust Skull Smoke Tooth"),
    family_ends=words("breaker chewer drinker eye foot grinder jaw keeper picker render runner snapper taker"),
)

WELL_KNOWN = frozenset(
    words(
        "azog balin bilbo boromir bruenor dain drizzt durin dwalin elminster elrond frodo galadriel gandalf gimli "
        "goodbarrel gorbag greenbottle grishnak legolas mordenkainen raistlin samwise shagrat strahd tanis tasslehoff "
        "thorin thrain tordek underbough"
    )
)
"""Names that belong to somebody else's story; the generator draws again when it meets one."""
