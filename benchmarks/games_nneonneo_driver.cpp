// Asks the search of nneonneo/2048-ai for the best move of each board on stdin: games_against_nneonneo.py talks to it.
//
//     git clone https://github.com/nneonneo/2048-ai
//     (cd 2048-ai && ./configure)
//     g++ -O3 -I 2048-ai benchmarks/games_nneonneo_driver.cpp -o driver
//
// Nothing of that program is copied here: its source is included as a whole, and its own `main` gets another name.

#define main main_of_2048
#include "2048.cpp"
#undef main

#ifndef HAVE_UNORDERED_MAP
#error "run ./configure in the folder of 2048-ai first: without it the search keeps its boards in a slower table"
#endif

static double processor_seconds() { return double(clock()) / CLOCKS_PER_SEC; }

// What score_toplevel_move does, without its report, and no deeper than `most` chance layers; 0 sets no such limit.
static float value_of_move(board_t board, int move, int most) {
    eval_state state;
    state.depth_limit = std::max(3, count_distinct_tiles(board) - 2);
    if (most > 0) state.depth_limit = std::min(state.depth_limit, most);
    return _score_toplevel_move(state, board, move);
}

int main(int n_arguments, char** arguments) {
    int most = n_arguments > 1 ? atoi(arguments[1]) : 0;
    char line[64];
    double seconds = 0;
    init_tables();
    while (fgets(line, sizeof line, stdin)) {
        board_t board = strtoull(line, nullptr, 16);
        int best_move = -1;
        float best = 0;
        double began = processor_seconds();
        for (int move = 0; move < 4; move++) {
            float value = value_of_move(board, move, most);
            if (value > best) {
                best = value;
                best_move = move;
            }
        }
        seconds += processor_seconds() - began;
        printf("%d\n", best_move);
    }
    printf("cpu %f\n", seconds);
}
