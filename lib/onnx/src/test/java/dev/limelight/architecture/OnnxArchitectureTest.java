package dev.limelight.architecture;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;

/** Keeps the packages of this module in the library's order. */
@AnalyzeClasses(packages = "dev.limelight", importOptions = LibraryOnly.class)
class OnnxArchitectureTest {

  @ArchTest static final ArchTests RULES = ArchTests.in(ArchitectureRules.class);
}
