"""Names of embedders."""

FAMILY = "gte"
SIZE = "small"
SMALL = f"thenlper/{FAMILY}-{SIZE}"
SPARSE = "naver/" + "splade-v3"
TABLE = {
    "multilingual": "sentence-transformers/LaBSE",
}
