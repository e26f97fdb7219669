# Reference values of the power of comparing two shares, from R's power.prop.test.
#
# Writes power.csv (respondents in each group, two shares, alpha, power) beside this script.
# Run it with: Rscript make_power.R

here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
cases <- rbind(
  c(50, 0.50, 0.75, 0.05),
  c(257, 0.45, 0.55, 0.05),
  c(1000, 0.10, 0.13, 0.01),
  c(305, 0.4375, 0.5625, 0.05),
  c(30, 0.2, 0.6, 0.1))
power <- apply(cases, 1, function(one)
  power.prop.test(n = one[1], p1 = one[2], p2 = one[3], sig.level = one[4])$power)
told <- data.frame(size = cases[, 1], first = cases[, 2], second = cases[, 3],
                   alpha = cases[, 4], power = sprintf("%.17g", power))
write.csv(told, file.path(here, "power.csv"), row.names = FALSE, quote = FALSE)
