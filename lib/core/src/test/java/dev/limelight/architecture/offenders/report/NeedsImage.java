package dev.limelight.architecture.offenders.report;

import dev.limelight.architecture.offenders.image.NeedsDjl;

/** Depends on a package below its own, as it may. */
public record NeedsImage(NeedsDjl image) {}
