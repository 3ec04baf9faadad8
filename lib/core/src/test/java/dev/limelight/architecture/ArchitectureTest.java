package dev.limelight.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Keeps the packages in their order, as docs/ARCHITECTURE.md explains. */
@AnalyzeClasses(packages = "dev.limelight", importOptions = LibraryOnly.class)
class ArchitectureTest {

  private static final Path MODULES = Path.of("..");
  private static final Path EXPORTED = Path.of("src", "test", "resources", "exported-types.txt");
  private static final int MOST_EXPORTED = 120;
  private static final int MOST_IN_A_PACKAGE = 25;

  @ArchTest static final ArchTests RULES = ArchTests.in(ArchitectureRules.class);

  @ArchTest
  static void classesAreThere(JavaClasses classes) {
    assertThat(classes).hasSizeGreaterThan(200);
  }

  @ArchTest
  static void noEngineIsNamedByATextButInItsEnum(JavaClasses classes) throws IOException {
    assertThat(SourceTree.of(MODULES).namingAnEngineBeside("EngineName.java")).isEmpty();
  }

  @ArchTest
  static void noPackageIsTooLarge(JavaClasses classes) throws IOException {
    assertThat(SourceTree.of(MODULES).packagesLargerThan(MOST_IN_A_PACKAGE)).isEmpty();
  }

  @ArchTest
  static void everyPackageIsCheckedForNulls(JavaClasses classes) throws IOException {
    assertThat(SourceTree.of(MODULES).packagesNotNullMarked()).isEmpty();
  }

  @ArchTest
  static void exportedTypesAreThoseOfTheList(JavaClasses classes) throws IOException {
    List<String> exported = ExportedTypes.of(classes);
    assertThat(exported)
        .as("public types not marked @API(status = INTERNAL), which %s lists", EXPORTED)
        .containsExactlyElementsOf(Files.readAllLines(EXPORTED))
        .hasSizeLessThanOrEqualTo(MOST_EXPORTED);
  }
}
