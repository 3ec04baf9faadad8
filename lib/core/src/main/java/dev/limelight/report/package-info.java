/** Reports: one HTML page that holds everything that it shows. */
package dev.limelight.report;
