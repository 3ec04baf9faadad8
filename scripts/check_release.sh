#!/usr/bin/env bash
# Prepares a release without publishing anything: two builds give the same jars, a staging repository in a folder has
# all required files, and another project can use the library from there. Ends with "N passed, N failed".
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=../tools/common.sh
. "$ROOT/tools/common.sh"
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
passed=0 failed=0
ok() { echo "ok: $*"; passed=$((passed + 1)); }
bad() { echo "FAILED: $*"; failed=$((failed + 1)); }

MODULES=(core onnx course notebook spark cli)
modules=$(printf 'lib/%s,' "${MODULES[@]}")
git clone -q "file://$ROOT" "$WORK/source"
cd "$WORK/source"

maven() { mvn -B -q -ntp -P release -Dmaven.test.skip=true -pl "${modules%,}" -am "$@"; }
# The jars are artifacts; the launcher's archive is not.
sums() { find lib/*/target -maxdepth 1 -name 'limelight*.jar' -print0 | sort -z | xargs -0 sha256sum; }

maven package
sums >"$WORK/first"
maven clean package
sums >"$WORK/second"
if cmp -s "$WORK/first" "$WORK/second"; then
  ok "two builds give the same $(wc -l <"$WORK/first") jars"
else
  bad "two builds differ:"
  diff "$WORK/first" "$WORK/second" || true
fi

maven deploy -DaltDeploymentRepository="staging::file://$WORK/staging"
version=$(sed -n 's|^  <version>\(.*\)</version>|\1|p' pom.xml | head -n 1)
for artifact in limelight limelight-onnx limelight-course limelight-notebook limelight-spark limelight-cli; do
  place="$WORK/staging/dev/limelight/$artifact/$version"
  for kind in .jar -sources.jar -javadoc.jar .pom; do
    [ -s "$place/$artifact-$version$kind" ] || { bad "the staging repository lacks $artifact-$version$kind"; continue 2; }
  done
  ok "$artifact has its jar, sources, javadoc and pom"
done
for word in name description url licenses developers scm; do
  grep -q "<$word>" "$WORK/staging/dev/limelight/limelight-parent/$version/limelight-parent-$version.pom" \
    || bad "the parent's pom lacks <$word>"
done

# Another project, which knows only the coordinates and the repository.
mkdir -p "$WORK/user/src/main/java"
cat >"$WORK/user/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>user</groupId>
  <artifactId>user</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <repositories><repository><id>staging</id><url>file://$WORK/staging</url></repository></repositories>
  <dependencies>
    <dependency><groupId>dev.limelight</groupId><artifactId>limelight</artifactId><version>$version</version></dependency>
  </dependencies>
  <build><plugins><plugin><artifactId>maven-compiler-plugin</artifactId><version>3.14.0</version></plugin></plugins></build>
</project>
POM
cat >"$WORK/user/src/main/java/User.java" <<'JAVA'
class User {
  double peak(dev.limelight.Explainer explainer, dev.limelight.image.Picture picture) {
    return explainer.explain(picture).map().max();
  }
}
JAVA
# A hard-linked copy of the user's local repository, so that nothing from staging stays in it.
link_repository "$WORK/repository"
if (cd "$WORK/user" && mvn -B -q -ntp -Dmaven.repo.local="$WORK/repository" compile); then
  ok "a project elsewhere compiles against the staging repository"
else
  bad "a project elsewhere does not compile against the staging repository"
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
