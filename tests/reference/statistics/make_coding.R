# Reference values of agreement between coders and of codes met by interview.
#
# Writes coding.csv (case, statistic, value) beside this script. Cohen's kappa is psych's; alpha is
# computed from the coincidence matrix of Krippendorff (2011), cell by cell, on his own examples B
# (two observers, nominal) and C (four observers, missing values); the mean number of codes is the
# plain mean over all orders of six cases. Run it with: Rscript make_coding.R

suppressPackageStartupMessages(library(psych))
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))

alpha <- function(rows) {
  values <- sort(unique(na.omit(as.vector(rows))))
  o <- matrix(0, length(values), length(values))
  for (u in seq_len(ncol(rows))) {
    given <- match(na.omit(rows[, u]), values)
    m <- length(given)
    if (m < 2) next
    for (i in seq_len(m)) for (j in seq_len(m))
      if (i != j) o[given[i], given[j]] <- o[given[i], given[j]] + 1 / (m - 1)
  }
  totals <- rowSums(o)
  n <- sum(totals)
  expected <- outer(totals, totals)
  diag(expected) <- totals * (totals - 1)
  expected <- expected / (n - 1)
  off <- row(o) != col(o)
  1 - sum(o[off]) / sum(expected[off])
}

letters_of <- function(text) strsplit(text, "")[[1]]
two <- rbind(letters_of("aabbdcccedda"), letters_of("babbbccceddd"))
four <- rbind(c(1, 2, 3, 3, 2, 1, 4, 1, 2, NA, NA, NA), c(1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NA, 3),
              c(NA, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NA), c(1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NA))
binary <- rbind(c(0, 1, 0, 0, 0, 0, 0, 0, 1, 0), c(1, 1, 1, 0, 0, 1, 0, 0, 0, 0))

orders <- function(n) if (n == 1) matrix(1) else {
  before <- orders(n - 1)
  do.call(rbind, lapply(seq_len(n), function(k)
    cbind(k, matrix((seq_len(n)[-k])[before], nrow(before)))))
}
codes <- list(c(1, 2), c(1, 3, 4), c(2), integer(0), c(1, 2, 5), c(3))
every <- orders(length(codes))
means <- sapply(seq_along(codes), function(i)
  mean(apply(every, 1, function(order) length(unique(unlist(codes[order[seq_len(i)]]))))))

told <- rbind(
  data.frame(case = "two", statistic = "alpha", value = alpha(two)),
  data.frame(case = "four", statistic = "alpha", value = alpha(four)),
  data.frame(case = "binary", statistic = "alpha", value = alpha(binary)),
  data.frame(case = "two", statistic = "kappa", value = cohen.kappa(t(two))$kappa),
  data.frame(case = "binary", statistic = "kappa", value = cohen.kappa(t(binary))$kappa),
  data.frame(case = "orders", statistic = paste0("mean", seq_along(means)), value = means))
told$value <- sprintf("%.17g", told$value)
write.csv(told, file.path(here, "coding.csv"), row.names = FALSE, quote = FALSE)
