package dev.limelight.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The rules catch classes that are there to break them. */
class OffendersTest {

  private static final String ROOT = "dev.limelight.architecture.offenders";
  private static final Architecture ARCHITECTURE = new Architecture(ROOT);
  private static final JavaClasses CLASSES = new ClassFileImporter().importPackages(ROOT);

  private static List<String> violations(ArchRule rule) {
    return rule.evaluate(CLASSES).getFailureReport().getDetails();
  }

  @Test
  void aDependencyThatPointsUpIsCaught() {
    assertThat(violations(ARCHITECTURE.dependenciesPointDown()))
        .anyMatch(text -> text.startsWith("upward: ") && text.contains("image.NeedsReport"))
        .noneMatch(text -> text.contains("report.NeedsImage> has"));
  }

  @Test
  void aPackageWithoutAPlaceIsCaught() {
    assertThat(violations(ARCHITECTURE.dependenciesPointDown()))
        .contains(ROOT + ".nowhere has no place in the order of packages");
  }

  @Test
  void aCycleIsCaught() {
    assertThat(violations(ARCHITECTURE.packagesAreFreeOfCycles()))
        .singleElement()
        .asString()
        .contains("offenders.image", "offenders.report");
  }

  @Test
  void anEngineOutsideOfItsPackageIsCaught() {
    assertThat(ARCHITECTURE.enginesAreNamedInTheirPackages())
        .flatExtracting(OffendersTest::violations)
        .isNotEmpty()
        .allMatch(text -> text.contains("cam.NamesAnEngine"));
  }

  @Test
  void anArrayOfNumbersMadeElsewhereIsCaught() {
    assertThat(violations(ARCHITECTURE.arraysOfNumbersAreMadeInOnePackage()))
        .hasSize(3)
        .allMatch(text -> text.contains("cam.MakesArrays.wrong"));
  }

  @Test
  void djlAmongPicturesIsCaught() {
    assertThat(violations(ARCHITECTURE.picturesAndFilesNeedNoDjl()))
        .isNotEmpty()
        .allMatch(text -> text.contains("image.NeedsDjl"));
  }

  @Test
  void anEngineNamedByATextIsCaught() {
    Path wrong = Path.of("core", "Wrong.java");
    SourceTree tree =
        new SourceTree(
            Map.of(
                wrong,
                "f(\"PyTorch\");",
                Path.of("core", "Said.java"),
                "/** \"MXNet\" */\n  // \"MXNet\"\nString s = \"on MXNet\";",
                Path.of("core", "EngineName.java"),
                "\"MXNet\""));
    assertThat(tree.namingAnEngineBeside("EngineName.java")).containsExactly(wrong);
    assertThat(tree.packagesLargerThan(2)).containsExactly(Map.entry(Path.of("core"), 3L));
    assertThat(tree.packagesLargerThan(3)).isEmpty();
  }

  @Test
  void aPackageThatIsNotCheckedForNullsIsCaught() {
    SourceTree tree =
        new SourceTree(
            Map.of(
                Path.of("marked", "package-info.java"), "/** A. */\n@NullMarked\npackage marked;",
                Path.of("marked", "A.java"), "",
                Path.of("plain", "package-info.java"), "/** B, not @NullMarked. */\npackage plain;",
                Path.of("bare", "C.java"), ""));
    assertThat(tree.packagesNotNullMarked())
        .containsExactlyInAnyOrder(Path.of("plain"), Path.of("bare"));
  }

  @Test
  void internalTypesAreNotExported() {
    assertThat(ExportedTypes.of(CLASSES))
        .contains(ROOT + ".cam.MakesArrays")
        .doesNotContain(
            ROOT + ".cam.MarkedInternal", ROOT + ".model.InAnInternalPackage", ROOT + ".nowhere.A");
  }
}
