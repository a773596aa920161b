# Shared by check and test: runs named steps, counts them, stops at the first that fails.
# Sourced, not run. Counts go to $COUNTS as lines "passed failed skipped", so that suites of any
# kind add up to one total.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
PATH="$root/node_modules/.bin:$PATH"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/broodbox-ci-XXXXXX")
# Who made the files prints them: a caller that handed us its own sums up itself.
print_total=${BROODBOX_COUNTS:-yes} print_skips=${BROODBOX_TEST_SKIPS:-yes}
COUNTS=${BROODBOX_COUNTS:-$scratch/counts}
SKIPS=${BROODBOX_TEST_SKIPS:-$scratch/skips}
touch "$COUNTS" "$SKIPS"
export BROODBOX_COUNTS=$COUNTS BROODBOX_TEST_SKIPS=$SKIPS

count() { echo "$1 $2 $3" >>"$COUNTS"; }

# The last line of a command: everything that was counted, added up.
finish() {
    local code=$?
    if [ "$print_skips" = yes ] && [ -s "$SKIPS" ]; then
        echo "skipped:"
        sort "$SKIPS" | uniq -c | sed -E 's/^ *([0-9]+) /  \1 x /'
    fi
    if [ "$print_total" = yes ]; then
        awk '{ p += $1; f += $2; s += $3 }
            END { printf "%d passed, %d failed, %d skipped\n", p, f, s }' "$COUNTS"
    fi
    rm -rf "$scratch"
    exit "$code"
}
trap finish EXIT

fail() { # name, why
    echo "FAILED  $1: $2" >&2
    count 0 1 0
    exit 1
}

# Required tools that are missing fail where everything must run (CI), and are skips said aloud elsewhere.
skip() { # name, why and remedy
    case ",${BROODBOX_TEST_REQUIRE:-}," in
    *,all,*) fail "$1" "$2" ;;
    esac
    echo "skipped $1: $2" >&2
    echo "$1: $2" >>"$SKIPS"
    count 0 0 1
}

# step NAME COMMAND…: one check. Its output, or the head of it, is shown only when it fails.
step() {
    local name=$1 log="$scratch/log" started=$SECONDS
    shift
    if "$@" >"$log" 2>&1; then
        echo "ok      $name ($((SECONDS - started)) s)"
        count 1 0 0
    else
        head -n 150 "$log"
        [ "$(wc -l <"$log")" -le 150 ] || echo "… and $(($(wc -l <"$log") - 150)) lines more"
        fail "$name" "see above; to repeat it alone: $*"
    fi
}

# tool_step NAME TOOL PACKAGE COMMAND…: the same for a tool that comes with the system.
tool_step() {
    local name=$1 tool=$2 package=$3
    shift 3
    if command -v "$tool" >/dev/null 2>&1; then
        step "$name" "$@"
    else
        skip "$name" "$tool is not installed; apt-get install --no-install-recommends $package"
    fi
}
