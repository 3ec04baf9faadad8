package dev.limelight.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules that each module checks, with all below it that is on its class path. */
public final class ArchitectureRules {

  private ArchitectureRules() {}

  @ArchTest
  static final ArchRule DEPENDENCIES_POINT_DOWN = Architecture.LIBRARY.dependenciesPointDown();

  @ArchTest
  static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES =
      Architecture.LIBRARY.packagesAreFreeOfCycles();

  @ArchTest
  static final ArchRule ARRAYS_OF_NUMBERS_ARE_MADE_IN_ONE_PACKAGE =
      Architecture.LIBRARY.arraysOfNumbersAreMadeInOnePackage();

  @ArchTest
  static final ArchRule PICTURES_AND_FILES_NEED_NO_DJL =
      Architecture.LIBRARY.picturesAndFilesNeedNoDjl();

  @ArchTest
  static void enginesAreNamedInTheirPackages(JavaClasses classes) {
    Architecture.LIBRARY.enginesAreNamedInTheirPackages().forEach(rule -> rule.check(classes));
  }
}
