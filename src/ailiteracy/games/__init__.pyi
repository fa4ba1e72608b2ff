from .arena import ArenaResult as ArenaResult
from .arena import play_many as play_many
from .expectimax import evaluate as evaluate
from .expectimax import move_values as move_values
from .game import solve_2048 as solve_2048
from .learned import NTuplePlayer as NTuplePlayer
from .learned import ntuple_player as ntuple_player
from .mcts import PlayoutSearch as PlayoutSearch
from .mcts import TwoPlayerGame as TwoPlayerGame
from .mcts import search_by_playouts as search_by_playouts
from .minimax import TreeSearch as TreeSearch
from .minimax import alpha_beta as alpha_beta
from .minimax import full_search as full_search
from .ntuple import NTupleNetwork as NTupleNetwork
from .ntuple_training import NTupleResult as NTupleResult
from .ntuple_training import train_ntuple as train_ntuple
from .players import choose_move as choose_move
from .players import list_players as list_players
from .pruning import PrunedSearch as PrunedSearch
from .pruning import expectimax_tree as expectimax_tree
from .pruning2048 import pruned_values as pruned_values
from .puzzles2048 import largest_tile as largest_tile
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
from .selfplay import train_selfplay as train_selfplay
from .selftaught import SelfPlayResult as SelfPlayResult
from .terminal import person as person
from .terminal import play_in_terminal as play_in_terminal
from .terminal import watch_in_terminal as watch_in_terminal
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
    "largest_tile",
    "list_players",
    "choose_move",
    "evaluate",
    "move_values",
    "pruned_values",
    "expectimax_tree",
    "PrunedSearch",
    "solve_2048",
    "GameResult",
    "play_in_terminal",
    "watch_in_terminal",
    "person",
    "play_many",
    "ArenaResult",
    "train_ntuple",
    "NTupleResult",
    "NTupleNetwork",
    "ntuple_player",
    "NTuplePlayer",
    "full_search",
    "alpha_beta",
    "TreeSearch",
    "solve_tictactoe",
    "choose_cell",
    "TicTacToeResult",
    "search_by_playouts",
    "PlayoutSearch",
    "TwoPlayerGame",
    "train_selfplay",
    "SelfPlayResult",
]
