// Columns of tables for Python: texts to codes, quartiles, encoded rows.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/vector.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "../engine/quartiles.hpp"
#include "../engine/table_rows.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

using namespace glassnet;

using Doubles = nb::ndarray<const double, nb::ndim<1>, nb::device::cpu>;
using Flags = nb::ndarray<const std::uint8_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Codes = nb::ndarray<const std::int32_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Table = nb::ndarray<const float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Matrix = nb::ndarray<float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

constexpr std::int32_t kMissing = -1;
constexpr std::int32_t kNoText = -2;

// Codes of Python's texts, in the order in which they are met. Most columns hold few texts many times, often as the very same
// objects, so the addresses that were met last are looked up first: no text is read, none is hashed.
class TextCodes {
public:
    TextCodes() : slots_(64, kMissing) {}

    // -1 for what is missing (None, NaN, NA, NaT), -2 for what is neither text nor missing.
    std::int32_t operator()(PyObject* object) {
        Recent& recent = recent_[place(object)];
        if (recent.object != object) recent = {object, code_of(object)};
        return recent.code;
    }

    nb::list texts() const {
        nb::list found;
        for (PyObject* text : texts_) found.append(nb::handle(text));
        return found;
    }
    std::size_t size() const { return texts_.size(); }

private:
    struct Recent {
        PyObject* object = nullptr;
        std::int32_t code = kMissing;
    };

    static std::size_t place(const PyObject* object) {
        return static_cast<std::size_t>((reinterpret_cast<std::uintptr_t>(object) >> 4) * 0x9e3779b97f4a7c15u >> 54);
    }

    std::int32_t code_of(PyObject* object) {
        if (PyUnicode_CheckExact(object)) return code_of_text(object);
        if (object == Py_None) return kMissing;
        if (PyFloat_Check(object)) return std::isnan(PyFloat_AsDouble(object)) ? kMissing : kNoText;
        return is_missing(Py_TYPE(object)) ? kMissing : kNoText;
    }

    std::int32_t code_of_text(PyObject* text) {
        const auto hash = PyObject_Hash(text);
        const std::size_t mask = slots_.size() - 1;
        for (std::size_t slot = static_cast<std::size_t>(hash);; ++slot) {
            std::int32_t& code = slots_[slot & mask];
            if (code == kMissing) {
                code = static_cast<std::int32_t>(texts_.size());
                texts_.push_back(text);
                hashes_.push_back(hash);
                const std::int32_t found = code;
                if (2 * texts_.size() > slots_.size()) grow();
                return found;
            }
            const auto known = static_cast<std::size_t>(code);
            if (hashes_[known] == hash && (texts_[known] == text || PyUnicode_Compare(texts_[known], text) == 0)) return code;
        }
    }

    void grow() {
        slots_.assign(4 * slots_.size(), kMissing);
        const std::size_t mask = slots_.size() - 1;
        for (std::size_t code = 0; code < hashes_.size(); ++code) {
            auto slot = static_cast<std::size_t>(hashes_[code]);
            while (slots_[slot & mask] != kMissing) ++slot;
            slots_[slot & mask] = static_cast<std::int32_t>(code);
        }
    }

    // The missing values of pandas, which need not be installed.
    static bool is_missing(PyTypeObject* type) {
        const nb::object name = nb::handle(reinterpret_cast<PyObject*>(type)).attr("__name__");
        const auto is = [&](const char* known) { return PyUnicode_CompareWithASCIIString(name.ptr(), known) == 0; };
        return is("NAType") || is("NaTType");
    }

    std::array<Recent, 1024> recent_{};
    std::vector<std::int32_t> slots_;  // a hash table with open places; at least half of them are free
    std::vector<PyObject*> texts_;     // borrowed from the column
    std::vector<Py_hash_t> hashes_;
};

// A buffer of Python objects.
class Objects {
public:
    explicit Objects(nb::handle array) {
        if (PyObject_GetBuffer(array.ptr(), &view_, PyBUF_STRIDES | PyBUF_FORMAT) != 0) throw nb::python_error();
        if (view_.ndim != 1 || view_.format == nullptr || std::strcmp(view_.format, "O") != 0) {
            PyBuffer_Release(&view_);
            throw std::invalid_argument("an array of objects with one dimension is needed");
        }
    }
    ~Objects() { PyBuffer_Release(&view_); }
    Objects(const Objects&) = delete;
    Objects& operator=(const Objects&) = delete;

    std::size_t size() const { return static_cast<std::size_t>(view_.shape[0]); }
    PyObject* operator[](std::size_t i) const {
        PyObject* const object =
            *reinterpret_cast<PyObject* const*>(static_cast<const char*>(view_.buf) + static_cast<Py_ssize_t>(i) * view_.strides[0]);
        return object == nullptr ? Py_None : object;  // as NumPy reads what was never set
    }

private:
    Py_buffer view_{};
};

nb::object factorize(nb::handle array, nb::ndarray<std::int32_t, nb::ndim<1>, nb::c_contig, nb::device::cpu> codes) {
    const Objects objects(array);
    const std::size_t n = objects.size();
    if (codes.size() != n) throw std::invalid_argument("codes must have one entry for each object");
    TextCodes code_of;
    std::int32_t* const out = codes.data();
    for (std::size_t i = 0; i < n; ++i) {
        out[i] = code_of(objects[i]);
        if (out[i] == kNoText) return nb::none();
    }
    return code_of.texts();
}

Numbers numbers_of(const Doubles& values) { return {values.data(), values.stride(0), values.shape(0)}; }

// Frees the interpreter where there is something to do.
std::vector<nb::tuple> summaries(const std::vector<Doubles>& columns, std::optional<Flags> counts, int threads) {
    for (const Doubles& column : columns) {
        if (counts && counts->size() != column.shape(0)) throw std::invalid_argument("every column must have a row for each flag");
    }
    std::vector<Summary> found(columns.size());
    {
        const nb::gil_scoped_release release;
        Team team(threads, Team::Subnormals::kKept);
        team.run(columns.size(), [&](int, std::size_t i) {
            found[i] = summarize(numbers_of(columns[i]), counts ? counts->data() : nullptr);
        });
    }
    std::vector<nb::tuple> told;
    for (const Summary& s : found) {
        const auto& a = s.around;
        told.push_back(nb::make_tuple(s.present, s.smallest, s.largest, nb::make_tuple(a[0], a[1], a[2], a[3], a[4], a[5])));
    }
    return told;
}

ScaledColumn scaled_column(const nb::tuple& parts, double bound, double far) {
    const Numbers numbers = numbers_of(nb::cast<Doubles>(parts[0], false));
    ScaledColumn column{numbers, nb::cast<double>(parts[1]), nb::cast<double>(parts[2]), bound, far, nb::cast<std::size_t>(parts[3]), false, 0.0f, 0.0f};
    if (!parts[4].is_none()) {
        const auto marks = nb::cast<nb::tuple>(parts[4]);
        column.marked = true;
        column.off = nb::cast<float>(marks[0]);
        column.on = nb::cast<float>(marks[1]);
    }
    return column;
}

bool all_between(const std::int32_t* codes, std::size_t n, std::int64_t first, std::int64_t end) {
    std::int32_t least = 0, most = -1;  // neither is refused where there is no code
    for (std::size_t i = 0; i < n; ++i) {
        least = codes[i] < least ? codes[i] : least;
        most = codes[i] > most ? codes[i] : most;
    }
    return least >= first && most < end;
}

CodedColumn coded_column(const nb::tuple& parts, std::size_t rows) {
    const auto codes = nb::cast<Codes>(parts[0], false);
    const auto table = nb::cast<Table>(parts[1], false);
    if (codes.size() != rows) throw std::invalid_argument("every column must have the rows of the matrix");
    const auto known = static_cast<std::int64_t>(table.shape(0)) - 1;
    if (!all_between(codes.data(), rows, kMissing, known)) throw std::invalid_argument("a code has no row in its table");
    return {codes.data(), table.data(), table.shape(1), nb::cast<std::size_t>(parts[2])};
}

void write_columns(const Matrix& out, const std::vector<nb::tuple>& scaled, const std::vector<nb::tuple>& coded, double bound, double far,
           int threads) {
    const std::size_t rows = out.shape(0), width = out.shape(1);
    TableColumns columns;
    const auto check_place = [&](std::size_t first, std::size_t n) {
        if (n > width || first > width - n) throw std::invalid_argument("a column reaches beyond the matrix");
    };
    for (const nb::tuple& parts : scaled) {
        const ScaledColumn column = scaled_column(parts, bound, far);
        if (column.numbers.n != rows) throw std::invalid_argument("every column must have the rows of the matrix");
        check_place(column.first, column.marked ? 2 : 1);
        columns.scaled.push_back(column);
    }
    for (const nb::tuple& parts : coded) {
        columns.coded.push_back(coded_column(parts, rows));
        check_place(columns.coded.back().first, columns.coded.back().width);
    }
    const nb::gil_scoped_release release;
    Team team(threads, Team::Subnormals::kKept);
    write_rows(columns, rows, width, out.data(), team);
}

// Counts codes 0, 1, ..., and -1 as the last. Equal codes in a row would wait for each other's sums in a single table.
void count(const Codes& codes, std::optional<Flags> counts, nb::ndarray<std::int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu> out) {
    const std::size_t n = codes.size(), places = out.size();
    if (counts && counts->size() != n) throw std::invalid_argument("there must be a flag for each code");
    if (places == 0) throw std::invalid_argument("there must be a place for -1");
    const std::int32_t* const code = codes.data();
    if (!all_between(code, n, kMissing, static_cast<std::int64_t>(places) - 1)) {
        throw std::invalid_argument("a code has no place among the counts");
    }
    constexpr std::size_t kTables = 4;
    std::vector<std::int64_t> tables(kTables * places);
    const auto add = [&](std::size_t table, std::size_t i, bool counted) {
        tables[table * places + static_cast<std::size_t>(code[i] - kMissing)] += counted;
    };
    const auto add_all = [&](const auto& counted) {
        std::size_t i = 0;
        for (; i + kTables <= n; i += kTables) {
            for (std::size_t table = 0; table < kTables; ++table) add(table, i + table, counted(i + table));
        }
        for (; i < n; ++i) add(0, i, counted(i));
    };
    if (counts) {
        const std::uint8_t* const flags = counts->data();
        add_all([flags](std::size_t i) { return flags[i] != 0; });
    } else {
        add_all([](std::size_t) { return true; });
    }
    for (std::size_t place = 0; place < places; ++place) {
        std::int64_t sum = 0;
        for (std::size_t table = 0; table < kTables; ++table) sum += tables[table * places + place];
        out.data()[(place + places - 1) % places] = sum;  // -1, the first, becomes the last
    }
}

}  // namespace

void bind_tables(nb::module_& m) {
    m.def("factorize_texts", &factorize, "objects"_a, "codes"_a.noconvert(),
          "Write the code of each text to int32 codes, -1 where missing, and return the texts in the order of their codes; None "
          "where an object is neither text nor missing.");
    m.def("count_codes", &count, "codes"_a.noconvert(), "counts"_a.none(), "out"_a.noconvert(),
          "Count the rows of each int32 code from 0 whose flag is not 0, and those of -1 as the last.");
    m.def("summarize_numbers", &summaries, "columns"_a, "counts"_a.none(), "threads"_a,
          "For each float64 column, of the rows whose flag is not 0: how many are no NaN, the smallest and the largest of "
          "them, and the two values around each quartile.");
    m.def("write_rows", &write_columns, "out"_a.noconvert(), "scaled"_a, "coded"_a, "bound"_a, "far"_a, "threads"_a,
          "Write columns of a table to a float32 matrix: scaled ones (values, center, width, first column, (off, on) or None), and "
          "coded ones (codes, a row of floats for -1, 0, 1, ..., first column).");
}
