package dev.limelight.architecture.offenders.image;

import dev.limelight.architecture.offenders.report.NeedsImage;

/** Depends on a package above its own. */
public record NeedsReport(NeedsImage report) {}
