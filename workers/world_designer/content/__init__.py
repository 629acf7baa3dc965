"""The generators of content other than people, places and dungeons: each a brief in, a typed and checked result out."""
