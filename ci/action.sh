#!/bin/sh
# The two steps of action.yml: `action.sh install`, then `action.sh scan`, in the workspace.
#
# The inputs come as OPENNESS_… in the environment and stay data: in quotes, behind the `=` of an option, or behind `--`.
# No Python of the workspace is to run, which may have a venv.py or a yaml.py of its own: hence -I, and no PYTHONPATH for
# what pip starts.
set -eu
unset PYTHONPATH PYTHONHOME

# Ends the step as every run ends that could not be made. The message is one of ours: the runner reads the line.
refuse() {
    echo "::error title=openness::$1"
    exit 2
}

# is_on NAME VALUE: whether an input is switched on.
is_on() {
    case $2 in
    true) return 0 ;;
    false | '') return 1 ;;
    *) refuse "the input $1 is neither true nor false" ;;
    esac
}

install() {
    python3 -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        refuse "python3 must be Python 3.11 or newer: run actions/setup-python before this step"
    python3 -I -m venv "$RUNNER_TEMP/openness" ||
        refuse "no environment for Python could be made: is its module venv installed?"
    extra='[hub]'
    if is_on offline "$OPENNESS_OFFLINE"; then extra=; fi
    "$RUNNER_TEMP/openness/bin/python" -I -m pip install --quiet "$GITHUB_ACTION_PATH$extra" ||
        refuse "openness could not be installed: pip says why in the log"
}

scan() {
    folder=$(mktemp -d "$RUNNER_TEMP/openness-XXXXXX")
    sarif=${OPENNESS_SARIF_FILE:-$folder/openness.sarif}
    case $sarif in
    *[[:cntrl:]]*) refuse "the input sarif-file has a control character" ;;
    esac

    set -- --no-cache "--report=github=$folder/annotations" "--report=markdown=$folder/summary.md" "--report=sarif=$sarif"
    if [ -n "$OPENNESS_POLICY" ]; then set -- "$@" "--policy=$OPENNESS_POLICY"; fi
    if [ -n "$OPENNESS_REQUIRE" ]; then set -- "$@" "--require=$OPENNESS_REQUIRE"; fi
    if [ -n "$OPENNESS_BASELINE" ]; then set -- "$@" "--baseline=$OPENNESS_BASELINE"; fi
    if [ -n "$OPENNESS_CHANGED_SINCE" ]; then set -- "$@" "--changed-since=$OPENNESS_CHANGED_SINCE"; fi
    if is_on locked "$OPENNESS_LOCKED"; then set -- "$@" --locked; fi
    if is_on offline "$OPENNESS_OFFLINE"; then set -- "$@" --offline; fi
    while read -r report; do
        if [ -n "$report" ]; then set -- "$@" "--report=$report"; fi
    done <<END
$OPENNESS_REPORTS
END
    annotated=
    if is_on annotations "$OPENNESS_ANNOTATIONS"; then annotated=yes; fi

    # The log names files and models: until the token comes again, the runner takes no line of it for a command.
    token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    code=0
    echo "::stop-commands::$token"
    "$RUNNER_TEMP/openness/bin/python" -I -m openness scan "$@" -- "${OPENNESS_PATH:-.}" 2>&1 || code=$?
    echo "::$token::"

    case $code in
    0 | 1 | 3)
        if [ -n "$annotated" ]; then cat "$folder/annotations"; fi
        cat "$folder/summary.md" >>"$GITHUB_STEP_SUMMARY"
        ;;
    *)
        sarif=
        echo "::error title=openness::the scan could not run: the log says why"
        echo "**openness**: the scan could not run (exit code $code); the log says why." >>"$GITHUB_STEP_SUMMARY"
        ;;
    esac
    printf 'exit-code=%s\nsarif=%s\n' "$code" "$sarif" >>"$GITHUB_OUTPUT"
    exit "$code"
}

case ${1-} in
install | scan) "$1" ;;
*) refuse "usage: action.sh install, or action.sh scan" ;;
esac
