"""Names of streets and of people. Streets bear the names French streets bear; people are syllables."""

import unicodedata
from dataclasses import dataclass
from typing import Final

import numpy as np

ILLUSTRIOUS: Final = (
    *("Victor Hugo", "Jean Jaurès", "Émile Zola", "Louis Pasteur", "Jules Ferry", "Léon Gambetta"),
    *("George Sand", "Marie Curie", "Olympe de Gouges", "Jean Moulin", "Pierre Brossolette"),
    *("Alexandre Dumas", "Honoré de Balzac", "Gustave Flaubert", "Alphonse de Lamartine"),
    *("François-René de Chateaubriand", "Jean-Jacques Rousseau", "Denis Diderot", "Claude Debussy"),
    *("Hector Berlioz", "Georges Bizet", "Berthe Morisot", "Auguste Renoir", "Paul Cézanne"),
    *("Antoine de Saint-Exupéry", "Jacques Prévert", "Colette", "Voltaire", "Molière", "La Fontaine"),
    *("Frédéric Chopin", "Maurice Ravel", "Claude Monet", "Eugène Delacroix", "Guy de Maupassant"),
    *("Arthur Rimbaud", "Paul Verlaine", "Charles Baudelaire", "Jules Verne", "Marcel Proust"),
    *("Albert Camus", "Simone de Beauvoir", "Louise Michel", "Flora Tristan", "Blaise Pascal"),
    *("René Descartes", "Ambroise Paré", "Pierre de Ronsard", "Joachim du Bellay", "Jean Racine"),
    *("Pierre Corneille", "Montesquieu", "Montaigne", "Rabelais", "Lavoisier", "Ampère", "Denis Papin"),
    *("Louis Blériot", "Hélène Boucher", "Aristide Briand", "Léon Blum", "Georges Clemenceau"),
    *("Joséphine Baker", "Georges Brassens", "Jacques Brel", "Camille Claudel", "Auguste Rodin"),
)
TITLED: Final = (
    *("du Général Leclerc", "du Général de Gaulle", "du Maréchal Foch", "du Maréchal Juin"),
    *("du Docteur Calmette", "du Docteur Roux", "du Colonel Fabien", "du Commandant Charcot"),
    *("de l'Abbé Grégoire", "du Président Wilson", "du Capitaine Dreyfus", "du Professeur Bergonié"),
)
DATES: Final = (
    *("du 8 mai 1945", "du 11 novembre 1918", "du 14 juillet", "du 4 septembre", "du 19 mars 1962"),
    *("du 22 août 1944",),
)
SAINTS: Final = (
    *("Saint-Martin", "Saint-Michel", "Sainte-Anne", "Saint-Étienne", "Sainte-Catherine", "Saint-Hilaire"),
    *("Notre-Dame", "Saint-Germain-des-Fossés", "Sainte-Marie-du-Gué", "Saint-Jean-Baptiste"),
)
THINGS: Final = (
    *("de l'Église", "de la Mairie", "de la Gare", "du Moulin", "de la Fontaine", "des Écoles", "du Lavoir"),
    *(
        "de la République",
        "de la Liberté",
        "de l'Égalité",
        "de la Paix",
        "de Verdun",
        "d'Alsace",
        "du Marché",
    ),
    *("des Halles", "de la Monnaie", "de l'Hôtel-de-Ville", "du Théâtre", "de la Préfecture", "du Lycée"),
    *("des Tanneurs", "des Drapiers", "des Bateliers", "des Maréchaux-Ferrants", "de la Poissonnerie"),
    *("du Four Banal", "du Puits", "de l'Abreuvoir", "du Vieux Pont", "des Remparts", "de la Porte Neuve"),
    *("des Carmes", "des Cordeliers", "des Ursulines", "des Jacobins", "du Pressoir", "du Colombier"),
    *("de la Croix Blanche", "du Champ de Foire", "du Haras", "de l'Arsenal", "de l'Octroi", "du Canal"),
    *("de la Métairie", "des Quatre Vents", "du Bout du Monde", "de l'Étoile", "du Soleil Levant"),
)
NATURE: Final = (
    *("Tilleuls", "Chênes", "Acacias", "Peupliers", "Marronniers", "Érables", "Frênes", "Ormes", "Saules"),
    *(
        "Bouleaux",
        "Noisetiers",
        "Châtaigniers",
        "Cerisiers",
        "Pommiers",
        "Pruniers",
        "Mésanges",
        "Rossignols",
    ),
    *("Hirondelles", "Fauvettes", "Alouettes", "Chardonnerets", "Lilas", "Glycines", "Rosiers", "Jonquilles"),
    *("Bleuets", "Coquelicots", "Pâquerettes", "Genêts", "Ajoncs", "Bruyères", "Fougères", "Violettes"),
    *("Pinsons", "Merles", "Églantiers", "Aubépines", "Sorbiers", "Platanes", "Cèdres", "Séquoias"),
)
PROVINCES: Final = (
    *("de Bretagne", "de Bourgogne", "de Provence", "de Lorraine", "d'Anjou", "de Touraine", "du Berry"),
    *("de Picardie", "de Champagne", "de Normandie", "de Savoie", "de Gascogne", "du Béarn", "d'Auvergne"),
    *("du Limousin", "du Poitou", "de Saintonge", "d'Artois", "de Flandre", "de Franche-Comté", "du Maine"),
    *("du Roussillon", "du Languedoc", "d'Aquitaine", "du Nivernais", "du Quercy", "de l'Île-de-France"),
)
FIELDS: Final = (
    *("du Clos", "du Pré", "du Champ", "du Moulin", "du Bois", "du Puits", "du Val", "du Verger"),
    *("du Courtil", "de l'Étang", "du Coteau", "du Four"),
)
FIELD_KINDS: Final = (
    *("Vert", "Fleuri", "Long", "Neuf", "Rond", "Joli", "Doré", "Bossu", "Perdu", "Blanc", "aux Moines"),
    *("aux Loups", "de la Dame", "du Roi", "Saint-Jean", "Bertrand"),
)
FIRST: Final = (
    *("Adèle", "Agathe", "Aimé", "Albert", "Alice", "Anatole", "André", "Armand", "Aurélie", "Basile"),
    *("Benoît", "Blanche", "Camille", "Cécile", "Célestin", "Charles", "Clémence", "Constance", "Edmond"),
    *("Élise", "Émile", "Eugène", "Fernand", "Gaston", "Germaine", "Hélène", "Henri", "Irène", "Jules"),
    *("Juliette", "Léonie", "Louise", "Lucien", "Madeleine", "Marcel", "Marguerite", "Maurice", "Odette"),
    *("Paul", "Pierre", "Raymond", "René", "Rosalie", "Simone", "Suzanne", "Théodore", "Valentine", "Victor"),
)
ROOTS: Final = (
    *("Valdorme", "Brémonval", "Taillanche", "Corvisan", "de La Férandière", "Montaubrel", "Lesquivan"),
    *("Hautrève", "d'Arsonvignes", "Ployebois", "Guermantel", "Saint-Orvan", "Quernevel", "Rochefable"),
    *("Desmarges", "Vaucouleur", "Ferrandel", "Bellorme", "du Plessis-Rêvé", "Chantelouve", "Grisandole"),
    *("Marvejoul", "Peyrelongue", "Tournefable", "Escarbille", "Fontrevel", "Lormevin", "Duvaltier"),
    *("Cravanche-Dumont", "Malestrois", "Bessancourt-Leval", "Orfeuillac", "Vigneroux", "Trévazel"),
    *("Kervadec-Leroux", "Sauvebelle", "Noircombe", "Haussonval", "Villetaneau", "Jauréguin"),
)
SYLLABLES: Final = (
    *("BAL", "VRI", "TOR", "MEL", "QUA", "SEN", "DRO", "LIP", "FAN", "GUE", "ZOR", "NAL", "PRE", "CHO"),
    *("RIV", "TAM", "OUR", "BEX", "LUN", "KER", "VAZ", "MIO", "SAU", "DIN", "FEL", "GRA", "HUR", "JOL"),
)
GIVEN: Final = (
    *("Aloé", "Brunelle", "Césaire", "Délian", "Éliora", "Fabrin", "Gaétane", "Hélior", "Isaure", "Joanic"),
    *("Kélian", "Liorette", "Maëlis", "Nahéma", "Odelin", "Prisca", "Quentine", "Rosalba", "Silvane"),
    *("Thaïs", "Ursane", "Valérien", "Wilmine", "Xavière", "Yolaine", "Zélie", "Ambroisin", "Bertille"),
)
MINOR: Final = ("de", "du", "des", "la", "le", "les", "d'", "l'")


@dataclass(frozen=True, slots=True)
class StreetName:
    """A street name as the BAN writes it: type ("Rue") and the rest ("du Vieux Moulin")."""

    kind: str
    rest: str

    def __str__(self) -> str:
        return f"{self.kind} {self.rest}"


def plain(text: str) -> str:
    """Return text as registers write it: capitals without accents, hyphens or apostrophes.

    >>> plain("Rue de l'Église Saint-Étienne")
    'RUE DE L EGLISE SAINT ETIENNE'
    """
    bare = unicodedata.normalize("NFKD", text.replace("œ", "oe")).encode("ascii", "ignore").decode()
    return " ".join(bare.upper().replace("-", " ").replace("'", " ").split())


def famous_endings() -> list[str]:
    """Return the endings avenues and central streets take first."""
    return [*ILLUSTRIOUS, *TITLED, *DATES, *THINGS, *SAINTS]


def local_endings(rng: np.random.Generator) -> list[str]:
    """Return a shuffled store of endings for ordinary streets, more than any town needs."""
    store = [f"{first} {root}" for first in FIRST for root in ROOTS]
    store += [f"du Docteur {root}" for root in ROOTS if root[0] != "d"]
    common = [f"des {name}" for name in NATURE]
    common += [*PROVINCES, *(f"{field} {kind}" for field in FIELDS for kind in FIELD_KINDS)]
    return [*_shuffled(rng, common), *_shuffled(rng, store)]


def _shuffled(rng: np.random.Generator, words: list[str]) -> list[str]:
    return [words[k] for k in rng.permutation(len(words))]


def person(rng: np.random.Generator) -> tuple[str, str]:
    """Return an invented family name (capitals) and given name."""
    parts = rng.choice(SYLLABLES, size=int(rng.integers(2, 5)))
    family = "".join(parts)
    roll = rng.random()
    if roll < 0.04:
        family = f"{family}-{''.join(rng.choice(SYLLABLES, size=2))}"
    elif roll < 0.07:
        family = f"D'{family}" if roll < 0.055 else f"DE {family}"
    return family, str(rng.choice(GIVEN))
