// No include guard: products.c includes this once per level and type, with
//   SCALAR, LANES, VECTOR_BYTES, NAME(word),
//   TILE_ROWS, TILE_VECTORS   the tile of C that is summed in registers: nearly all there are, and
//   MULTIPLY_ADD(a, b, c)     a * b + c, on scalars and vectors.
//
// After Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (2008): a panel of B, TILE_VECTORS vectors wide, is copied
// ("packed") to be contiguous and stays in the nearest caches while a block of A's rows passes by; each tile of C is summed in registers.
// Unlike there, B is packed one panel at a time, and A's entries are broadcast one by one, so that any strides do: a block of A is packed
// only where many panels gain by it, row by row. Nothing is shared, and nothing has to be allocated: without memory for it A is not packed.

#define TILE_COLUMNS (TILE_VECTORS * LANES)

typedef SCALAR NAME(vector) __attribute__((ext_vector_type(LANES), aligned(sizeof(SCALAR))));

typedef struct {
    const SCALAR *start;
    int64_t row_stride, column_stride;
} NAME(view);

/// The tile of C with `rows` rows and `vectors` vectors to a row: both constant where this is called, so the sums live in registers.
/// Each row of B is read as whole vectors. Meanwhile the tile's own memory is fetched and, if `fetches_next`, which is constant too, the
/// line of each row that `next` starts at.
static inline __attribute__((always_inline)) void NAME(sum_tile)(
    const int64_t rows, const int64_t vectors, const bool fetches_next, int64_t k, NAME(view) a, NAME(view) b, SCALAR *c,
    int64_t c_row_stride, int32_t accumulate, NAME(view) next) {
    NAME(vector) sums[TILE_ROWS][TILE_VECTORS] = {};
#pragma clang loop unroll(full)
    for (int64_t i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
        for (int64_t v = 0; v <= vectors; v++) __builtin_prefetch(c + i * c_row_stride + v * LANES, 1);
    }
    const row_offsets offsets = offsets_of_rows(rows, a.row_stride * (int64_t)sizeof(SCALAR));
#pragma clang loop unroll(disable)
    for (int64_t p = 0; p < k; p++) {
        NAME(vector) b_row[TILE_VECTORS];
#pragma clang loop unroll(full)
        for (int64_t v = 0; v < vectors; v++) b_row[v] = *(const NAME(vector) *)(b.start + v * LANES);
#pragma clang loop unroll(full)
        for (int64_t i = 0; i < rows; i++) {
            const NAME(vector) a_entry = (NAME(vector))*(const SCALAR *)((const char *)a.start + offset_of_row(offsets, i));
#pragma clang loop unroll(full)
            for (int64_t v = 0; v < vectors; v++) sums[i][v] = MULTIPLY_ADD(a_entry, b_row[v], sums[i][v]);
        }
        a.start += a.column_stride;
        b.start += b.row_stride;
        if (fetches_next) {
            __builtin_prefetch(next.start, 0, 2);
            next.start += next.row_stride;
        }
    }
#pragma clang loop unroll(full)
    for (int64_t i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
        for (int64_t v = 0; v < vectors; v++) {
            NAME(vector) *entry = (NAME(vector) *)(c + i * c_row_stride + v * LANES);
            *entry = accumulate ? *entry + sums[i][v] : sums[i][v];
        }
    }
}

/// The panel of C, `m` rows, under one panel of B. In tiles of TILE_ROWS rows and then of 4, 2 and 1: no row of A needs padding. The first
/// ones fetch the next panel, unless `next` starts at NULL, each a line of each row: more at once would have to wait. One line more than
/// vectors, since rows need not begin on a cache line.
static inline __attribute__((always_inline)) void NAME(sum_panel_of)(
    const int64_t vectors, int64_t m, int64_t k, NAME(view) a, NAME(view) b, SCALAR *c, int64_t c_row_stride, int32_t accumulate,
    NAME(view) next) {
    int64_t rows_left = m;
#define TILE(ROWS, FETCHES_NEXT)                                                                                               \
    NAME(sum_tile)(ROWS, vectors, FETCHES_NEXT, k, a, b, c, c_row_stride, accumulate, next);                                   \
    a.start += ROWS * a.row_stride;                                                                                            \
    c += ROWS * c_row_stride;                                                                                                  \
    rows_left -= ROWS;
#define TILES(ROWS)                                                                                                            \
    while (rows_left >= ROWS) {                                                                                                \
        TILE(ROWS, false)                                                                                                      \
    }
    for (int64_t v = 0; next.start && v <= vectors && rows_left >= TILE_ROWS; v++) {
        TILE(TILE_ROWS, true)
        next.start += LANES;
    }
    TILES(TILE_ROWS)
#if TILE_ROWS > 4
    TILES(4)
#endif
    TILES(2)
    TILES(1)
#undef TILES
#undef TILE
}

static void NAME(sum_panel)(
    int64_t vectors, int64_t m, int64_t k, NAME(view) a, NAME(view) b, SCALAR *c, int64_t c_row_stride, int32_t accumulate,
    NAME(view) next) {
    if (vectors == TILE_VECTORS) {
        NAME(sum_panel_of)(TILE_VECTORS, m, k, a, b, c, c_row_stride, accumulate, next);
    } else if (vectors == 1) {
        NAME(sum_panel_of)(1, m, k, a, b, c, c_row_stride, accumulate, next);
    } else {
        NAME(sum_panel_of)(2, m, k, a, b, c, c_row_stride, accumulate, next);
    }
}

/// packed[p * packed_stride + j] = start[j * stride + p] for p, j < LANES. Each of the log₂(LANES) rounds interleaves the halves of the
/// rows: such perfect shuffles rotate the address, of which j is one half and p the other, until they have changed places.
static inline __attribute__((always_inline)) void NAME(transpose_square)(
    const SCALAR *start, int64_t stride, SCALAR *packed, int64_t packed_stride) {
    NAME(vector) rows[LANES], shuffled[LANES];
#pragma clang loop unroll(full)
    for (int64_t j = 0; j < LANES; j++) rows[j] = *(const NAME(vector) *)(start + j * stride);
#pragma clang loop unroll(full)
    for (int64_t round = 1; round < LANES; round *= 2) {
#pragma clang loop unroll(full)
        for (int64_t j = 0; j < LANES / 2; j++) {
            shuffled[2 * j] = __builtin_shufflevector(rows[j], rows[j + LANES / 2], JOIN(LOW, LANES));
            shuffled[2 * j + 1] = __builtin_shufflevector(rows[j], rows[j + LANES / 2], JOIN(HIGH, LANES));
        }
#pragma clang loop unroll(full)
        for (int64_t j = 0; j < LANES; j++) rows[j] = shuffled[j];
    }
#pragma clang loop unroll(full)
    for (int64_t p = 0; p < LANES; p++) *(NAME(vector) *)(packed + p * packed_stride) = rows[p];
}

/// Copies `rows` × `columns` entries to `packed`, whose rows are contiguous and `stride` long, filled up with zeros.
static void NAME(pack)(int64_t rows, int64_t columns, NAME(view) entries, SCALAR *packed, int64_t stride) {
    int64_t done = 0;
    if (entries.row_stride == 1) {
        for (; done + LANES <= columns; done += LANES) {
            const SCALAR *start = entries.start + done * entries.column_stride;
            int64_t i = 0;
            for (; i + LANES <= rows; i += LANES) {
                NAME(transpose_square)(start + i, entries.column_stride, packed + i * stride + done, stride);
            }
            for (; i < rows; i++) {
                for (int64_t j = 0; j < LANES; j++) packed[i * stride + done + j] = start[i + j * entries.column_stride];
            }
        }
    } else if (entries.column_stride == 1) {
        done = columns / LANES * LANES;
        for (int64_t i = 0; i < rows; i++) {
            for (int64_t j = 0; j < done; j += LANES) {
                *(NAME(vector) *)(packed + i * stride + j) = *(const NAME(vector) *)(entries.start + i * entries.row_stride + j);
            }
        }
    }
    for (int64_t i = 0; done < stride && i < rows; i++) {
        for (int64_t j = done; j < stride; j++) {
            packed[i * stride + j] = j < columns ? entries.start[i * entries.row_stride + j * entries.column_stride] : 0;
        }
    }
}

/// The same panel where its last vector is not full or a row of C is not contiguous: by way of a tile on the stack.
static void NAME(sum_edge_panel)(
    int64_t n, int64_t m, int64_t k, NAME(view) a, NAME(view) b, SCALAR *c, int64_t c_row_stride, int64_t c_column_stride,
    int32_t accumulate) {
    SCALAR tile[TILE_ROWS * TILE_COLUMNS];
    for (int64_t i0 = 0; i0 < m; i0 += TILE_ROWS) {
        const int64_t rows = m - i0 < TILE_ROWS ? m - i0 : TILE_ROWS;
        NAME(sum_panel)((n + LANES - 1) / LANES, rows, k, a, b, tile, TILE_COLUMNS, 0, (NAME(view)){0});
        for (int64_t i = 0; i < rows; i++) {
            for (int64_t j = 0; j < n; j++) {
                SCALAR *entry = c + (i0 + i) * c_row_stride + j * c_column_stride;
                *entry = accumulate ? *entry + tile[i * TILE_COLUMNS + j] : tile[i * TILE_COLUMNS + j];
            }
        }
        a.start += rows * a.row_stride;
    }
}

/// The definition. For products so small that preparing anything better takes longer.
static void NAME(multiply_plainly)(
    int64_t m, int64_t n, int64_t k, NAME(view) a, NAME(view) b, SCALAR *c, int64_t c_row_stride, int64_t c_column_stride,
    int32_t accumulate) {
    for (int64_t i = 0; i < m; i++) {
        for (int64_t j = 0; j < n; j++) {
            SCALAR sum = 0;
            for (int64_t p = 0; p < k; p++) {
                sum = MULTIPLY_ADD(
                    a.start[i * a.row_stride + p * a.column_stride], b.start[p * b.row_stride + j * b.column_stride], sum);
            }
            SCALAR *entry = c + i * c_row_stride + j * c_column_stride;
            *entry = accumulate ? *entry + sum : sum;
        }
    }
}

/// How long a row of a packed block of A is: some more than its entries, so that the rows of a tile, which are read side by side, lie in
/// different sets of the first cache.
static inline int64_t NAME(packed_row)(int64_t depth) { return depth / LANES * LANES + LANES; }

/// The product in tiles; C is contiguous in its rows if any of it is, and A has no more rows than `rows_of_block` says. A is packed to
/// `packed_a`, unless that is NULL.
static void NAME(multiply_in_tiles)(
    int64_t m, int64_t n, int64_t k, NAME(view) a, NAME(view) b, SCALAR *c, int64_t c_row_stride, int64_t c_column_stride,
    int32_t accumulate, SCALAR *packed_a) {
    SCALAR packed_b[BLOCK_DEPTH * TILE_COLUMNS] __attribute__((aligned(VECTOR_BYTES)));
    for (int64_t p0 = 0; p0 < k; p0 += BLOCK_DEPTH) {
        const int64_t depth = k - p0 < BLOCK_DEPTH ? k - p0 : BLOCK_DEPTH;
        const int32_t add = accumulate || p0 > 0;
        NAME(view) block = {a.start + p0 * a.column_stride, a.row_stride, a.column_stride};
        if (packed_a) {
            NAME(pack)(m, depth, block, packed_a, NAME(packed_row)(depth));
            block = (NAME(view)){packed_a, NAME(packed_row)(depth), 1};
        }
        // Packing costs a pass over B. It pays if the panel is used for many tiles and its rows lie far apart (measured).
        const bool in_place = b.column_stride == 1 && (m <= TILE_ROWS || depth * b.row_stride * (int64_t)sizeof(SCALAR) <= 128 << 10);
        for (int64_t j0 = 0; j0 < n; j0 += TILE_COLUMNS) {
            const int64_t columns = n - j0 < TILE_COLUMNS ? n - j0 : TILE_COLUMNS;
            const bool whole_vectors = columns % LANES == 0;
            NAME(view) panel = {b.start + p0 * b.row_stride + j0 * b.column_stride, b.row_stride, b.column_stride}, next = {0};
            // Short pieces of rows that lie far apart: what the processor does not fetch by itself. Behind the last panel it does no harm.
            if (!in_place && b.column_stride == 1) next = (NAME(view)){panel.start + TILE_COLUMNS, b.row_stride, 1};
            if (!in_place || !whole_vectors) {
                const int64_t stride = (columns + LANES - 1) / LANES * LANES;
                NAME(pack)(depth, columns, panel, packed_b, stride);
                panel = (NAME(view)){packed_b, stride, 1};
            }
            SCALAR *c_panel = c + j0 * c_column_stride;
            if (c_column_stride == 1 && whole_vectors) {
                NAME(sum_panel)(columns / LANES, m, depth, block, panel, c_panel, c_row_stride, add, next);
            } else {
                NAME(sum_edge_panel)(columns, m, depth, block, panel, c_panel, c_row_stride, c_column_stride, add);
            }
        }
    }
}

/// How many of A's `m` rows make a block, `depth` entries of each. No block is much smaller than the others: all of B passes by each.
static int64_t NAME(rows_of_block)(int64_t m, int64_t depth) {
    const int64_t largest = LARGEST_BLOCK / (NAME(packed_row)(depth) * (int64_t)sizeof(SCALAR)) / TILE_ROWS * TILE_ROWS;
    const int64_t blocks = (m + largest - 1) / largest;
    return ((m + blocks - 1) / blocks + TILE_ROWS - 1) / TILE_ROWS * TILE_ROWS;
}

static void NAME(multiply)(
    int64_t m, int64_t n, int64_t k,
    const SCALAR *a_start, int64_t a_row_stride, int64_t a_column_stride,
    const SCALAR *b_start, int64_t b_row_stride, int64_t b_column_stride,
    SCALAR *c, int64_t c_row_stride, int64_t c_column_stride, int32_t accumulate) {
    NAME(view) a = {a_start, a_row_stride, a_column_stride}, b = {b_start, b_row_stride, b_column_stride};
    if (m * n * k <= LARGEST_PLAIN_PRODUCT) {
        NAME(multiply_plainly)(m, n, k, a, b, c, c_row_stride, c_column_stride, accumulate);
        return;
    }
    if (c_column_stride != 1 && c_row_stride == 1) { // Cᵀ = Bᵀ·Aᵀ has contiguous rows
        a = (NAME(view)){b_start, b_column_stride, b_row_stride};
        b = (NAME(view)){a_start, a_column_stride, a_row_stride};
        const int64_t rows = m, row_stride = c_row_stride;
        m = n, n = rows;
        c_row_stride = c_column_stride, c_column_stride = row_stride;
    }
    SCALAR *packed_a = n >= LEAST_COLUMNS_TO_PACK_A && m >= TILE_ROWS ? aligned_alloc(VECTOR_BYTES, LARGEST_BLOCK) : NULL;
    const int64_t rows = NAME(rows_of_block)(m, k < BLOCK_DEPTH ? k : BLOCK_DEPTH);
    for (int64_t i0 = 0; i0 < m; i0 += rows) {
        NAME(multiply_in_tiles)(
            m - i0 < rows ? m - i0 : rows, n, k, a, b, c + i0 * c_row_stride, c_row_stride, c_column_stride, accumulate, packed_a);
        a.start += rows * a.row_stride;
    }
    free(packed_a);
}

#undef TILE_COLUMNS
