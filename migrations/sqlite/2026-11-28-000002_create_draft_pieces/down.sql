DROP TABLE draft_pieces;
