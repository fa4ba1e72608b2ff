from .arena import ArenaResult as ArenaResult
from .arena import play_many as play_many
from .expectimax import evaluate as evaluate
from .expectimax import move_values as move_values
from .game import solve_2048 as solve_2048
from .minimax import TreeSearch as TreeSearch
from .minimax import alpha_beta as alpha_beta
from .minimax import full_search as full_search
from .players import choose_move as choose_move
from .players import list_players as list_players
from .result import GameResult as GameResult
from .rules import (
    add_tile as add_tile,
)
from .rules import (
    is_over as is_over,
)
from .rules import (
    legal_moves as legal_moves,
)
from .rules import (
    move as move,
)
from .rules import (
    new_board as new_board,
)
from .rules import (
    slide_row as slide_row,
)
from .tictactoe import TicTacToeResult as TicTacToeResult
from .tictactoe import choose_cell as choose_cell
from .tictactoe import solve_tictactoe as solve_tictactoe

__all__ = [
    "slide_row",
    "move",
    "legal_moves",
    "is_over",
    "add_tile",
    "new_board",
    "list_players",
    "choose_move",
    "evaluate",
    "move_values",
    "solve_2048",
    "GameResult",
    "play_many",
    "ArenaResult",
    "full_search",
    "alpha_beta",
    "TreeSearch",
    "solve_tictactoe",
    "choose_cell",
    "TicTacToeResult",
]
