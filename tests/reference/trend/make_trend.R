# Reference values of the comparison over time, computed by R (survey, stats).
# Rscript make_trend.R  reads people.csv beside it and writes values.csv.
suppressMessages(library(survey))
arguments <- commandArgs(FALSE)
folder <- dirname(sub("--file=", "", arguments[grep("--file=", arguments)]))
people <- read.csv(file.path(folder, "people.csv"))
values <- data.frame()
keep <- function(case, name, value)
  values <<- rbind(values, data.frame(case, name, value = sprintf("%.17g", unname(value))))

# Every wave weighs as many respondents as it has.
people$scaled <- ave(people$weight, people$wave, FUN = function(w) w * length(w) / sum(w))
pair <- subset(people, wave %in% c(2020, 2021))

# Satterthwaite's degrees of freedom of the waves, with estimated and expected variances, at most those of all of them together.
freedom <- function(factors, shares, design, waves) {
  own <- sapply(waves, function(one) degf(subset(design, wave == one & !is.na(mood))))
  parts <- factors^2 * diag(vcov(shares))
  expected <- factors^2 / own
  min(sum(parts)^2 / sum(parts^2 / own), sum(expected)^2 / sum(expected^2 / own),
      degf(subset(design, !is.na(mood))))
}

designed <- function(case, data, design) {
  data_wave <- sort(unique(data$wave))
  for (answer in 1:3) {
    own <- update(design, hit = as.numeric(mood == answer))
    shares <- svyby(~hit, ~wave, own, svymean, covmat = TRUE)
    if (length(data_wave) == 2) {
      contrast <- svycontrast(shares, c(-1, 1))
      keep(case, paste0("difference_", answer), 100 * coef(contrast))
      keep(case, paste0("error_", answer), 100 * SE(contrast))
      df <- freedom(c(-1, 1), shares, design, data_wave)
      keep(case, paste0("df_", answer), df)
      ends <- confint(contrast, df = df)
      keep(case, paste0("lower_", answer), 100 * ends[1])
      keep(case, paste0("upper_", answer), 100 * ends[2])
    } else {
      n <- as.vector(table(data$wave))
      centred <- data_wave - weighted.mean(data_wave, n)
      factors <- n * centred / sum(n * centred^2)
      slope <- svycontrast(shares, factors)
      keep(case, paste0("slope_df_", answer), freedom(factors, shares, design, data_wave))
      keep(case, paste0("slope_", answer), 100 * coef(slope))
      keep(case, paste0("slope_t_", answer), coef(slope) / SE(slope))
    }
  }
  test <- svychisq(~mood + wave, design, statistic = "F")
  keep(case, "rao_scott_f", test$statistic)
  keep(case, "rao_scott_df", test$parameter[1])
  keep(case, "rao_scott_df2", test$parameter[2])
  keep(case, "rao_scott_p", test$p.value)
}
# A panel: whoever is in two waves is one unit.
for (case in c("panel_pair", "panel_all")) {
  data <- if (case == "panel_pair") pair else people
  designed(case, data, svydesign(ids = ~person, data = data, weights = ~1))
}
# A panel with weights and villages.
designed("weighted_pair", pair, svydesign(ids = ~village, data = pair, weights = ~scaled))
designed("weighted_all", people, svydesign(ids = ~village, data = people, weights = ~scaled))
# The same with strata: a stratum goes on in the next wave.
members_strata <- function(data)
  svydesign(ids = ~village, strata = ~stratum, data = data, weights = ~scaled)
designed("panel_strata_pair", pair, members_strata(pair))
designed("panel_strata_all", people, members_strata(people))
# Weights in 2021 and 2023 only, nobody in two waves.
mixed <- function(data) {
  data$own <- ifelse(data$wave == 2020, 1, data$scaled)
  svydesign(ids = ~1, strata = ~wave, data = data, weights = ~own)
}
designed("mixed_pair", pair, mixed(pair))
designed("mixed_all", people, mixed(people))
# Independent waves with strata, villages and weights: strata of different waves are different.
people$own <- interaction(people$wave, people$stratum)
independent <- svydesign(ids = ~village, strata = ~own, data = people, weights = ~scaled, nest = TRUE)
designed("strata_all", people, independent)
designed("strata_pair", pair, svydesign(
  ids = ~village, strata = ~ interaction(wave, stratum), data = pair, weights = ~scaled, nest = TRUE
))

# Plain independent waves.
counts <- table(people$mood, people$wave)
total <- colSums(counts)
for (answer in 1:3) {
  test <- prop.trend.test(counts[answer, ], total, score = c(2020, 2021, 2023))
  keep("counts", paste0("trend_chisq_", answer), test$statistic)
  keep("counts", paste0("trend_p_", answer), test$p.value)
  two <- prop.test(counts[answer, 2:1], total[2:1], correct = FALSE)
  keep("counts", paste0("pair_p_", answer), two$p.value)
}
keep("counts", "pearson", chisq.test(counts)$statistic)
scores <- with(people, cor(mood, wave))
keep("counts", "linear_by_linear", (nrow(people) - 1) * scores^2)

# The members of 2020 and 2021.
both <- merge(subset(people, wave == 2020), subset(people, wave == 2021), by = "person")
for (answer in 1:3) {
  b <- sum(both$mood.x == answer & both$mood.y != answer)
  c <- sum(both$mood.x != answer & both$mood.y == answer)
  keep("members", paste0("mcnemar_exact_", answer), binom.test(b, b + c)$p.value)
}
# Of two answers Bowker's test is McNemar's; of more, R stops at a pair that nobody changed between.
bowker <- mcnemar.test(table(both$works.x, both$works.y), correct = FALSE)
keep("members", "bowker_works", bowker$statistic)
keep("members", "members", nrow(both))
write.csv(values, file.path(folder, "values.csv"), row.names = FALSE, quote = FALSE)
