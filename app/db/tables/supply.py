"""People and places: who practises where, since when."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, REAL, UUID, ExcludeConstraint

from app.db.tables.base import metadata, now
from app.db.tables.ops import release, source_file

practitioner = Table(
    "practitioner",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("key", LargeBinary, nullable=False, unique=True, comment="keyed hash of the national id"),
    Column("civility", Text),
    Column("family_name", Text),
    Column("given_name", Text),
    schema="supply",
)

# A few long values, since each vintage would rewrite the scattered rows of those it says something new of.
line_mark = Table(
    "line_mark",
    metadata,
    Column(
        "people",
        LargeBinary,
        nullable=False,
        comment="by mark: practitioner (int4), head of their key (int8), mark of their lines (int8)",
    ),
    schema="supply",
    comment="in parts: who is in the newest vintage of the annuaire, and what its lines say of them",
)

site = Table(
    "site",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column(
        "key",
        Text(collation="C"),
        nullable=False,
        unique=True,
        comment="FINESS number, or normalised address",
    ),
    Column("finess", Text),
    Column("siret", Text),
    Column("name", Text),
    Column("number", Text),
    Column("repetition", Text),
    Column("street", Text),
    Column("street_key", Text, comment="normalised type and name"),
    Column("street_core", Text, comment="normalised name without type nor particles"),
    Column("postcode", Text),
    Column("town", Text),
    Column("town_key", Text),
    Column("cedex", Text),
    Column("commune_code", Text),
    Column("abroad", Boolean, nullable=False, server_default=text("false")),
    Index("ix_site_abroad", "id", postgresql_where=text("abroad")),
    schema="supply",
)

written_address = Table(
    "written_address",
    metadata,
    Column("md5", UUID, primary_key=True, comment="of the address fields as the register writes them"),
    # No foreign key, as for practices.
    Column("site_id", Integer, nullable=False),
    schema="supply",
    comment="every way an address was written, so that a next vintage only normalises new ones",
)

# Of a few hundred kinds, since a country's practices would each repeat three lists. No two are alike: the
# merge, of which there is one at a time, adds what it lacks.
exercise = Table(
    "exercise",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("skills", ARRAY(Text), nullable=False),
    Column("modes", ARRAY(Text), nullable=False),
    Column("sectors", ARRAY(Text), nullable=False),
    Column("liberal", Boolean, nullable=False),
    Column("ambulatory", Boolean, nullable=False),
    schema="supply",
    comment="ways of practising: skills, modes and sectors in order, and which counts they enter",
)

practice = Table(
    "practice",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    # No foreign key: nobody and no place is ever deleted, and each check would write to both of their rows.
    Column("practitioner_id", Integer, nullable=False),
    Column("site_id", Integer, nullable=False),
    # Neither to the way of practising. The view ``supply.practised`` reads both.
    Column("exercise_id", Integer, nullable=False),
    Column("profession_code", Text, nullable=False),
    Column("valid", DATERANGE, nullable=False),
    Column("name", Text, comment="of the place, in the newest vintage only: it often bears a person's"),
    # Two ranges of one practice never overlap: not two that last; the merge, which ends one before it opens
    # another, keeps those that ended apart (docs/decisions/012).
    Index(
        "uq_practice_lasting",
        *("practitioner_id", "site_id", "profession_code"),
        unique=True,
        postgresql_where=text("upper_inf(valid)"),
    ),
    Index("ix_practice_site_id", "site_id"),
    schema="supply",
)

establishment = Table(
    "establishment",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("finess", Text, nullable=False),
    Column("site_id", Integer, ForeignKey(site.c.id), nullable=False),
    Column("name", Text),
    Column("category_code", Text, nullable=False),
    Column("siret", Text),
    Column("geom", Geometry("POINT", srid=4326, spatial_index=False)),
    Column("valid", DATERANGE, nullable=False),
    ExcludeConstraint(("finess", "="), ("valid", "&&"), name="ex_establishment_valid", using="gist"),
    Index("ix_establishment_site_id", "site_id"),
    schema="supply",
)

authorised = Table(
    "authorised",
    metadata,
    Column("source_file_id", Integer, ForeignKey(source_file.c.id, ondelete="CASCADE"), primary_key=True),
    Column("finess", Text, primary_key=True),
    Column("kind", Text, primary_key=True, comment="an A and the number of the activity"),
    schema="supply",
    comment="establishments authorised to a care activity that makes up a profession, on the file's day",
)

# BAN addresses of the départements in use.
address = Table(
    "address",
    metadata,
    Column("source_file_id", Integer, ForeignKey(source_file.c.id, ondelete="CASCADE"), nullable=False),
    Column("ban_id", Text, nullable=False),
    Column("commune_code", Text, nullable=False),
    Column("street_key", Text, nullable=False),
    Column("street_core", Text, nullable=False),
    Column("number", Integer),
    Column("repetition", Text, nullable=False, server_default=""),
    Column("old_commune_code", Text),
    Column("geom", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
    Index("ix_address_source_file_id", "source_file_id"),
    Index("ix_address_street_key", "commune_code", "street_key", "number"),
    Index("ix_address_street_core", "commune_code", "street_core", "number"),
    schema="supply",
)

locality = Table(
    "locality",
    metadata,
    Column("source_file_id", Integer, ForeignKey(source_file.c.id, ondelete="CASCADE"), primary_key=True),
    Column("postcode", Text, primary_key=True),
    Column("town_key", Text, primary_key=True),
    Column("commune_code", Text, primary_key=True),
    schema="supply",
    comment="which commune a postcode and a town name mean, merged communes included",
)

cedex = Table(
    "cedex",
    metadata,
    Column("source_file_id", Integer, ForeignKey(source_file.c.id, ondelete="CASCADE"), nullable=False),
    Column("cedex", Text, nullable=False),
    Column("label", Text),
    Column("commune_code", Text, nullable=False),
    Index("ix_cedex_cedex", "cedex"),
    schema="supply",
)

placement = Table(
    "placement",
    metadata,
    Column("release_id", Integer, nullable=False),
    Column("site_id", Integer, nullable=False),
    Column("geom", Geometry("POINT", srid=4326, spatial_index=False)),
    Column("location_class", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("score", REAL),
    Column("commune_id", Integer),
    Column("territories", ARRAY(Integer), nullable=False),
    PrimaryKeyConstraint("release_id", "site_id"),
    CheckConstraint(
        "location_class IN ('finess', 'housenumber', 'street', 'locality', 'municipality', 'none')",
        name="location_class",
    ),
    Index("ix_placement_geom", "geom", postgresql_using="gist"),
    Index("ix_placement_territories", "territories", postgresql_using="gin"),
    schema="supply",
    postgresql_partition_by="LIST (release_id)",
)

# Conventional sector of practices, where the health insurance's file leaves no doubt; no row means unknown.
convention = Table(
    "convention",
    metadata,
    Column("release_id", Integer, nullable=False),
    Column("practitioner_id", Integer, nullable=False),
    Column("site_id", Integer, nullable=False),
    Column("profession_code", Text, nullable=False),
    Column("convention", Text, nullable=False),
    PrimaryKeyConstraint("release_id", "practitioner_id", "site_id", "profession_code"),
    CheckConstraint(
        "convention IN ('secteur_1', 'secteur_2', 'secteur_2_optam', 'droit_permanent', 'non_conventionne')",
        name="convention",
    ),
    schema="supply",
    postgresql_partition_by="LIST (release_id)",
)

convention_count = Table(
    "convention_count",
    metadata,
    Column("release_id", Integer, ForeignKey(release.c.id, ondelete="CASCADE"), primary_key=True),
    Column(
        "profession_code", Text, primary_key=True, comment="empty: lines of no profession of the annuaire"
    ),
    Column("lines", Integer, nullable=False, comment="of the health insurance's file"),
    Column("unusable", Integer, nullable=False, comment="that name nobody, or no known sector"),
    Column("elsewhere", Integer, nullable=False, comment="in a town where the annuaire shows nobody"),
    Column("not_found", Integer, nullable=False),
    Column("ambiguous", Integer, nullable=False, comment="several people fit, or several sectors"),
    Column("matched", Integer, nullable=False),
    Column("practices", Integer, nullable=False, comment="liberal ones in force on the release's date"),
    Column("known", Integer, nullable=False, comment="of them, whose sector is known"),
    schema="supply",
    comment="what became of the health insurance's lines, for each release",
)

act_count = Table(
    "act_count",
    metadata,
    Column("source_file_id", Integer, ForeignKey(source_file.c.id, ondelete="CASCADE"), primary_key=True),
    Column("profession", Text, primary_key=True, comment="slug"),
    Column("level", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("headcount", Integer, comment="NULL: fewer than five, or kept secret by the producer"),
    Column("acts", Integer, comment="of all of them, in a year"),
    CheckConstraint("headcount >= 5", name="headcount"),
    CheckConstraint("(headcount IS NULL) = (acts IS NULL)", name="known"),
    schema="supply",
    comment="what the practitioners of a territory do in a year, never who",
)
age_count = Table(
    "age_count",
    metadata,
    Column("source_file_id", Integer, ForeignKey(source_file.c.id, ondelete="CASCADE"), primary_key=True),
    Column("profession", Text, primary_key=True, comment="slug"),
    Column("level", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("age_from", SmallInteger, primary_key=True),
    Column("age_to", SmallInteger, nullable=False, comment="included; 100 stands for no limit"),
    Column("headcount", Integer, comment="NULL: kept secret by the producer"),
    schema="supply",
    comment="how many professionals of each age class, never who",
)

# Streets of ``address``, one row each.
street = Table(
    "street",
    metadata,
    Column("source_file_id", Integer, ForeignKey(source_file.c.id, ondelete="CASCADE"), primary_key=True),
    Column("commune_code", Text, primary_key=True),
    Column("street_key", Text, primary_key=True),
    Column("street_core", Text, nullable=False),
    Column("homonyms", Boolean, nullable=False, comment="several streets of the commune bear this name"),
    Index("ix_street_street_key", "commune_code", "street_key"),
    Index("ix_street_street_core", "commune_code", "street_core"),
    schema="supply",
)

street_match = Table(
    "street_match",
    metadata,
    Column("source_file_id", Integer, ForeignKey(source_file.c.id, ondelete="CASCADE"), primary_key=True),
    Column("rules", SmallInteger, primary_key=True, comment="edition of the matching rules"),
    Column("commune_code", Text, primary_key=True),
    Column("street_key", Text, primary_key=True, comment="as a register writes it"),
    Column("found", ARRAY(Text), nullable=False, comment="street_key of the BAN"),
    Column("scores", ARRAY(REAL), nullable=False, comment="0 to 1, best first"),
    schema="supply",
    comment="streets that a written street may mean, none included, matched once for each BAN file",
)

# Answers of the online geocoder, refusals included, so that an address is asked once.
geocoded = Table(
    "geocoded",
    metadata,
    Column("key", Text, primary_key=True, comment="commune, number and street in normal form"),
    Column("geom", Geometry("POINT", srid=4326, spatial_index=False)),
    Column("location_class", Text),
    Column("score", REAL),
    Column("commune_code", Text, comment="commune of the answer"),
    now("asked_at"),
    schema="supply",
)
