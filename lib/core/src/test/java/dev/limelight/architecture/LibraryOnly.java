package dev.limelight.architecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;

/** Leaves out tests, also those in the jar that modules share. */
public final class LibraryOnly implements ImportOption {

  @Override
  public boolean includes(Location location) {
    return new DoNotIncludeTests().includes(location) && !location.contains("-tests.jar");
  }
}
