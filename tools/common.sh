# Shared by ./lab and Binder: required tools, the build, and the kernel's environment.
# Sourced by bash; ROOT is the folder of the checkout.

fail() { echo "limelight: $*" >&2; exit 1; }

# The kernel starts the first "java" on the PATH: make that the one of JAVA_HOME.
if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then
  export PATH="$JAVA_HOME/bin:$PATH"
fi

need_jdk() {
  local hint="install a JDK 17 or newer (apt install openjdk-17-jdk-headless, or brew install openjdk@17)"
  command -v java >/dev/null 2>&1 && java -version >/dev/null 2>&1 || fail "no Java found; $hint"
  local version
  version=$(java -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
  [ "${version:-0}" -ge 17 ] || fail "Java ${version:-?} is too old; $hint"
  # A variable, not a pipe: grep -q would break the pipe under pipefail.
  local modules
  modules=$(java --list-modules 2>/dev/null)
  case "$modules" in *jdk.jshell*) ;; *) fail "this Java is only a runtime (no jdk.jshell); $hint" ;; esac
  command -v javac >/dev/null 2>&1 || fail "this Java has no compiler (javac); $hint"
}

need_maven() {
  command -v mvn >/dev/null 2>&1 || fail "no Maven found; install it (apt install maven, or brew install maven)"
}

# Sets PYTHON to a Python that can create virtual environments.
need_python() {
  local hint="install Python 3.9 or newer (apt install python3 python3-venv, or brew install python)"
  local candidate
  for candidate in ${PYTHON:-python3 python}; do
    if command -v "$candidate" >/dev/null 2>&1 \
        && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
      PYTHON=$candidate
      "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null \
        || fail "this Python cannot create virtual environments; install its venv package (apt install python3-venv)"
      return
    fi
  done
  fail "no Python 3.9 or newer found; $hint"
}

# Jars of old versions must not stay on the class path.
forget_jars() { rm -rf "$ROOT/lib/notebook/target/classpath" "$ROOT"/lib/notebook/target/*.jar; }

# The build for notebooks: Binder's images have room only for MXNet.
PROFILES=lab

# Builds the notebook library and puts it with all its dependencies into lib/notebook/target.
build() {
  local stamp="$ROOT/lib/notebook/target/.built"
  if [ "$(cat "$stamp" 2>/dev/null)" = "$PROFILES" ] && [ -z "$(find "$ROOT/pom.xml" "$ROOT"/lib/*/pom.xml "$ROOT"/lib/*/src/main -newer "$stamp" 2>/dev/null | head -n 1)" ]; then
    return
  fi
  echo "building the library ..."
  forget_jars
  (cd "$ROOT" && mvn -B -q -ntp -P "$PROFILES" -pl lib/notebook -am -Dmaven.test.skip=true package) || fail "the build failed; see above"
  echo "$PROFILES" >"$stamp"
}

# The folder in which the library looks for weights, and the notebooks for networks.
MODELS="$ROOT/.lab/models"

get_models() {
  python "$ROOT/tools/models.py" "$MODELS" || fail "the models of the notebooks cannot be put into .lab/models; see above"
}

# Whether the native library of an engine, mxnet or pytorch, was built for this system.
has_natives() {
  local jar
  for jar in "$ROOT"/lib/notebook/target/classpath/"$1"-native-*.jar; do
    [ ! -f "$jar" ] || return 0
  done
  return 1
}

# Says which engine the notebooks run on if it is not MXNet, or fails if the wanted one has no library here.
check_engine() {
  local here
  here="$(uname -s) $(uname -m)"
  case "${LIMELIGHT_ENGINE:-}" in
    mxnet)
      has_natives mxnet || fail "MXNet has no library for $here; use --engine pytorch"
      echo "engine: MXNet, as asked for"
      ;;
    pytorch)
      has_natives pytorch || fail "PyTorch has no library for $here; use --engine mxnet"
      echo "engine: PyTorch, as asked for"
      ;;
    *)
      has_natives mxnet && return
      has_natives pytorch || fail "no engine has a library for $here"
      echo "engine: PyTorch, as MXNet has no library for $here"
      ;;
  esac
}

# The jars of a notebook as one class path, Limelight's own first. With LIMELIGHT_ENGINE, one engine's library alone.
classpath() {
  local jars="" jar other=none
  case "${LIMELIGHT_ENGINE:-}" in mxnet) other=pytorch ;; pytorch) other=mxnet ;; esac
  for jar in "$ROOT"/lib/notebook/target/limelight-notebook-*.jar "$ROOT"/lib/notebook/target/classpath/*.jar; do
    case "$jar" in
      *-sources.jar | *-javadoc.jar | */"$other"-native-* | */"$other"-jni-*) ;;
      *) jars="$jars${jars:+:}$jar" ;;
    esac
  done
  echo "$jars"
}

# The number of physical cores, at most as many as the container may use: MXNet is slower with more threads.
cores() {
  local n limit quota period
  if command -v lscpu >/dev/null 2>&1; then
    n=$(lscpu -p=CORE,SOCKET 2>/dev/null | grep -v '^#' | sort -u | wc -l)
  else
    n=$(sysctl -n hw.physicalcpu 2>/dev/null || echo 2)
  fi
  limit=$(nproc 2>/dev/null || echo "$n")
  [ "$n" -ge 1 ] && [ "$n" -le "$limit" ] || n=$limit
  if [ -r /sys/fs/cgroup/cpu.max ]; then
    read -r quota period </sys/fs/cgroup/cpu.max
    if [ "$quota" != max ]; then
      limit=$(((quota + period - 1) / period))
      [ "$n" -le "$limit" ] || n=$limit
    fi
  fi
  echo "$((n))"
}

# $1 is the default size of the heap.
kernel_environment() {
  local jars
  jars=$(classpath)
  export JJAVA_CLASSPATH="${JJAVA_CLASSPATH:-$jars}"
  export IJAVA_CLASSPATH="${IJAVA_CLASSPATH:-$jars}"
  # The kernel's launcher splits this at spaces, so it must not contain paths. The serial collector lets the heap grow only
  # by what stays in it: a training makes gigabytes of arrays that live for one batch.
  export JJAVA_JVM_OPTS="${JJAVA_JVM_OPTS:--Xmx$1 -XX:+UseSerialGC -Djava.awt.headless=true --enable-native-access=ALL-UNNAMED}"
  # glibc otherwise keeps memory that the engine has freed, for each of Java's threads.
  export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"
  export IJAVA_TIMEOUT="${IJAVA_TIMEOUT:--1}"
  # IJava loads no extensions; this does what the extension does on JJava.
  export IJAVA_STARTUP_SCRIPT="${IJAVA_STARTUP_SCRIPT:-dev.limelight.notebook.Notebook.install();}"
  export OMP_NUM_THREADS="${OMP_NUM_THREADS:-$(cores)}"
  export LIMELIGHT_MODELS="${LIMELIGHT_MODELS:-$MODELS}"
  export OPT_OUT_TRACKING=true
  # The kernel of this environment, not one of the same name in the home folder.
  export JUPYTER_PREFER_ENV_PATH=1
}

# The rest is for the checks of a newcomer's first steps.

# Runs a command with an empty home and nothing else in its environment: bare HOME PATH COMMAND...
# Java gets the home folder from the system, not from HOME.
bare() {
  env -i "PATH=$2" "HOME=$1" "JDK_JAVA_OPTIONS=-Duser.home=$1" LANG=C.UTF-8 "${@:3}"
}

# The PATH of a machine with the required tools and nothing of the user's own.
bare_path() { echo "$(dirname "$(command -v java)"):/usr/local/bin:/usr/bin:/bin"; }

# Copies the user's local Maven repository into a folder by hard links, without Limelight's own artifacts, so that an
# install writes new files.
link_repository() {
  local repository=${MAVEN_REPOSITORY:-$HOME/.m2/repository}
  [ -d "$repository" ] || return 0
  mkdir -p "$(dirname "$1")"
  cp -al "$repository" "$1" 2>/dev/null || { rm -rf "$1"; cp -a "$repository" "$1"; }
  rm -rf "$1/dev/limelight"
}
