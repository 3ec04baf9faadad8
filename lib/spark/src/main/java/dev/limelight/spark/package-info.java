/** Image sets that one machine cannot hold, explained and audited on Apache Spark. */
package dev.limelight.spark;
