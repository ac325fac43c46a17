// Chooses the kernels when the module loads: the best instruction set that both processor and system support.
#include "kernels.hpp"

#include <atomic>
#include <cstring>

#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#endif

namespace glassnet {

#if defined(__x86_64__) || defined(_M_X64)
namespace v2 {
extern const KernelSet kernel_set;
}
namespace v3 {
extern const KernelSet kernel_set;
}
namespace v4 {
extern const KernelSet kernel_set;
}
#else
namespace neon {
extern const KernelSet kernel_set;
}
#endif

namespace {

struct Usable {
    const KernelSet* sets[4] = {};
    const char* names[4] = {};
    int count = 0;

    void add(const KernelSet& set) {
        sets[count] = &set;
        names[count] = set.name;
        ++count;
    }
};

#if defined(_MSC_VER) && !defined(__clang__) && defined(_M_X64)

// Bits as in Intel's manual: the processor must have the instructions, and the system must save the registers.
bool bit(int value, int index) { return ((value >> index) & 1) != 0; }

void detect(bool& has_v3, bool& has_v4) {
    has_v3 = has_v4 = false;
    int one[4], seven[4], extended[4], top[4];
    __cpuid(top, 0);
    if (top[0] < 7) return;
    __cpuid(one, 1);
    __cpuidex(seven, 7, 0);
    __cpuid(extended, static_cast<int>(0x80000001));
    const bool os_saves = bit(one[2], 27);
    const unsigned long long saved = os_saves ? _xgetbv(0) : 0;
    const bool avx = os_saves && (saved & 0x06) == 0x06 && bit(one[2], 28);
    has_v3 = avx && bit(seven[1], 5) && bit(one[2], 12) && bit(seven[1], 3) && bit(seven[1], 8) && bit(one[2], 29) &&
             bit(one[2], 22) && bit(extended[2], 5);
    has_v4 = has_v3 && (saved & 0xe6) == 0xe6 && bit(seven[1], 16) && bit(seven[1], 17) && bit(seven[1], 28) &&
             bit(seven[1], 30) && bit(seven[1], 31);
}

#elif defined(__x86_64__)

void detect(bool& has_v3, bool& has_v4) {
    __builtin_cpu_init();  // also looks at what the system saves
    has_v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
             __builtin_cpu_supports("bmi2");
    has_v4 = has_v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("avx512cd");
}

#endif

Usable find_usable() {
    Usable usable;
#if defined(__x86_64__) || defined(_M_X64)
    bool has_v3 = false, has_v4 = false;
    detect(has_v3, has_v4);
    if (has_v4) usable.add(v4::kernel_set);
    if (has_v3) usable.add(v3::kernel_set);
    usable.add(v2::kernel_set);
#else
    usable.add(neon::kernel_set);
#endif
    return usable;
}

const Usable& usable() {
    static const Usable found = find_usable();
    return found;
}

std::atomic<const KernelSet*> chosen{nullptr};

}  // namespace

const KernelSet& kernels() {
    const KernelSet* set = chosen.load(std::memory_order_relaxed);
    if (set == nullptr) {
        set = usable().sets[0];
        chosen.store(set, std::memory_order_relaxed);
    }
    return *set;
}

const char* const* usable_kernels() { return usable().names; }

bool select_kernels(const char* name) {
    for (int i = 0; i < usable().count; ++i) {
        if (std::strcmp(usable().names[i], name) == 0) {
            chosen.store(usable().sets[i], std::memory_order_relaxed);
            return true;
        }
    }
    return false;
}

}  // namespace glassnet
