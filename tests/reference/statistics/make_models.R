# Reference values of logit models on the American National Election Study 1996 (statsmodels'
# anes96, in people_anes96.csv), from R's glm and MASS::polr; and of declared models with conditions,
# reference answers and interactions on other public data sets, weighted, stratified and clustered
# ones too, from lm, nnet::multinom and survey::svyglm.
#
# Writes model_values.csv (model, term, value) beside this script. Run: Rscript make_models.R
# The maximum is polished by Newton steps with a complex-step Hessian, as optim stops early.

suppressPackageStartupMessages(library(MASS))
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
people <- read.csv(file.path(here, "people_anes96.csv"))
values <- list()
add <- function(model, term, value)
  values[[length(values) + 1]] <<- data.frame(model = model, term = term,
                                              value = sprintf("%.17g", as.numeric(value)))

chances <- function(v, x, m) {
  b <- v[seq_len(ncol(x))]; cuts <- v[-seq_len(ncol(x))]
  below <- sapply(cuts, function(k) 1 / (1 + exp(-(k - x %*% b))))
  below <- cbind(0, below, 1)
  below[, -1, drop = FALSE] - below[, -ncol(below), drop = FALSE]
}
log_likelihood <- function(v, y, x) sum(log(chances(v, x, 0)[cbind(seq_along(y), y)]))
gradient <- function(v, y, x) sapply(seq_along(v), function(k) {
  w <- v + 0i; w[k] <- w[k] + 1e-30i; Im(log_likelihood(w, y, x)) / 1e-30
})
hessian <- function(v, y, x) sapply(seq_along(v), function(k) {
  h <- 1e-4; up <- down <- up2 <- down2 <- v
  up[k] <- v[k] + h; down[k] <- v[k] - h; up2[k] <- v[k] + 2 * h; down2[k] <- v[k] - 2 * h
  (8 * (gradient(up, y, x) - gradient(down, y, x)) - (gradient(up2, y, x) - gradient(down2, y, x))) / (12 * h)
})

report <- function(name, v, y, x, groups, outcomes) {
  for (i in 1:6) v <- v - solve(hessian(v, y, x), gradient(v, y, x))
  covariance <- solve(-hessian(v, y, x))
  for (k in seq_len(ncol(x))) {
    add(name, paste0("b:", colnames(x)[k]), v[k])
    add(name, paste0("se:", colnames(x)[k]), sqrt(covariance[k, k]))
  }
  for (k in seq_along(v[-seq_len(ncol(x))])) add(name, paste0("cut:", k), v[ncol(x) + k])
  add(name, "log_likelihood", log_likelihood(v, y, x))
  for (k in seq_len(ncol(x))) {
    effect <- function(w) {
      if (groups[k] == "") {
        slope <- function(u) { z <- x + 0i; z[, k] <- z[, k] + u; colMeans(chances(w, z, 0)) }
        h <- 1e-3
        return((8 * (slope(h) - slope(-h)) - (slope(2 * h) - slope(-2 * h))) / (12 * h))
      }
      low <- high <- x; low[, groups == groups[k]] <- 0; high[, groups == groups[k]] <- 0
      high[, k] <- 1
      colMeans(chances(w, high, 0)) - colMeans(chances(w, low, 0))
    }
    value <- Re(effect(v + 0i))
    jacobian <- sapply(seq_along(v), function(j) {
      w <- v + 0i; w[j] <- w[j] + 1e-30i; Im(effect(w)) / 1e-30
    })
    error <- sqrt(diag(jacobian %*% covariance %*% t(jacobian)))
    for (m in outcomes) {
      add(name, sprintf("ame:%s:%d", colnames(x)[k], m), value[m])
      add(name, sprintf("ame_se:%s:%d", colnames(x)[k], m), error[m])
    }
  }
}

people$educ <- factor(people$educ); people$vote_f <- factor(people$vote)
binary <- glm(vote ~ educ + age, binomial, people, control = list(epsilon = 1e-14))
x <- model.matrix(binary)[, -1]
report("binary", c(coef(binary)[-1], -coef(binary)[1]), people$vote + 1, x,
       ifelse(grepl("educ", colnames(x)), "educ", ""), 2)
add("binary", "glm:age", coef(binary)["age"])
add("binary", "glm_se:age", sqrt(vcov(binary)["age", "age"]))
ordered_fit <- polr(factor(PID) ~ vote_f + age, people, Hess = TRUE)
x <- model.matrix(~ vote_f + age, people)[, -1]
report("ordered", c(coef(ordered_fit), ordered_fit$zeta), people$PID + 1, x,
       ifelse(grepl("vote", colnames(x)), "vote", ""), 1:7)
# Checks of the models, by their published formulas.
area <- function(y, p) {
  ranks <- rank(p); n1 <- sum(y == 1); n0 <- sum(y == 0)
  (sum(ranks[y == 1]) - n1 * (n1 + 1) / 2) / (n1 * n0)
}
add("binary", "check:concordance", area(people$vote, fitted(binary)))
groups <- cut(fitted(binary), unique(quantile(fitted(binary), 0:10 / 10)), include.lowest = TRUE)
hits <- tapply(people$vote, groups, sum); mean_hits <- tapply(fitted(binary), groups, sum)
lemeshow <- sum((hits - mean_hits)^2 / (mean_hits * (1 - mean_hits / table(groups))))
add("binary", "check:hosmer_lemeshow", lemeshow)
add("binary", "check_p:hosmer_lemeshow", pchisq(lemeshow, 8, lower.tail = FALSE))
x <- model.matrix(binary)[, -1]; own <- grepl("educ", colnames(x)); r <- cor(x)
gvif <- det(r[own, own]) * det(as.matrix(r[!own, !own])) / det(r)
add("binary", "check:largest_vif", max(gvif, gvif^(1 / sum(own))))
# Brant's Wald test with the joint covariance of the binary logits at each cut.
x <- cbind(1, people$vote, people$age); J <- 6; k <- 2:3
cuts <- lapply(seq_len(J), function(j)
  glm.fit(x, as.numeric(people$PID + 1 > j), family = binomial(), control = list(epsilon = 1e-14)))
slopes <- sapply(cuts, function(one) one$coefficients)
chance <- sapply(cuts, function(one) one$fitted.values)
bread <- lapply(seq_len(J), function(j) solve(t(x) %*% (x * (chance[, j] * (1 - chance[, j])))))
joint <- matrix(0, 2 * J, 2 * J)
for (j in seq_len(J)) for (l in seq_len(J)) {
  shared <- chance[, max(j, l)] - chance[, j] * chance[, l]
  joint[2 * j - 1:0, 2 * l - 1:0] <- (bread[[j]] %*% t(x) %*% (x * shared) %*% bread[[l]])[k, k]
}
against <- cbind(do.call(rbind, rep(list(diag(2)), J - 1)), -diag(2 * (J - 1)))
away <- against %*% as.vector(slopes[k, ])
brant <- t(away) %*% solve(against %*% joint %*% t(against)) %*% away
add("ordered", "check:brant", brant)
add("ordered", "check_p:brant", pchisq(brant, 2 * (J - 1), lower.tail = FALSE))
# Declared models: R's own coefficients, errors and p-values.
suppressPackageStartupMessages(library(survey))
of <- function(name) read.csv(file.path(here, paste0("people_", name, ".csv")))
with_factors <- function(d, ...) { for (v in names(list(...))) d[[v]] <- relevel(factor(d[[v]]), list(...)[[v]]); d }
declared <- function(name, b, e, df) for (k in names(b)) {
  add(name, paste0("b:", k), b[k]); add(name, paste0("se:", k), e[k])
  add(name, paste0("p:", k), 2 * pt(-abs(b[k] / e[k]), df))
}
fitted_by_design <- function(name, fit) declared(name, coef(fit), SE(fit), fit$df.residual)
exact <- list(epsilon = 1e-15, maxit = 100)
fit <- lm(bwt ~ lwt + race, with_factors(of("birthwt"), race = "3"), subset = age >= 18)
declared("birthwt_reference", coef(fit), sqrt(diag(vcov(fit))), fit$df.residual)
d <- with_factors(of("apistrat"), stype = "2")
d <- svydesign(~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = d)
fitted_by_design("apistrat_domain", svyglm(api00 ~ stype * ell, subset(d, meals >= 20)))
d <- with_factors(of("apiclus1"), sch.wide = "1")
d$awarded <- as.numeric(d$awards == 2)
d <- svydesign(~dnum, weights = ~pw, fpc = ~fpc, data = d)
fitted_by_design("apiclus1_domain", svyglm(awarded ~ meals * ell, subset(d, stype == 1), family = quasibinomial(), control = exact))
fitted_by_design("apiclus1_jk1_domain", svyglm(api00 ~ sch.wide * meals, subset(as.svrepdesign(d, type = "JK1"), stype %in% 1:2)))
d <- with_factors(of("nhanes"), race = "2", RIAGENDR = "1")
d <- svydesign(~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = d)
fitted_by_design("nhanes_domain", svyglm(HI_CHOL ~ race + RIAGENDR, subset(d, agecat %in% 2:4), family = quasibinomial(), control = exact))
fit <- nnet::multinom(relevel(factor(Exer), "3") ~ Pulse + Wr.Hnd, of("students"), trace = FALSE, maxit = 10000, abstol = 1e-16, reltol = 1e-16)
# Newton steps go on from where nnet stops.
x <- model.matrix(fit); v <- as.vector(t(coef(fit))); y <- model.frame(fit)[[1]]; ends <- rownames(coef(fit))
for (i in 1:4) {
  p <- exp(cbind(0, x %*% matrix(v, ncol(x)))); p <- (p / rowSums(p))[, -1]
  h <- do.call(rbind, lapply(1:2, function(j) do.call(cbind, lapply(1:2, function(k)
    crossprod(x, x * (p[, j] * ((j == k) - p[, k])))))))
  v <- v + solve(h, as.vector(crossprod(x, outer(y, ends, "==") - p)))
}
terms <- paste0(rep(ends, each = ncol(x)), ":", colnames(x))
declared("students_reference", setNames(v, terms), setNames(sqrt(diag(solve(h))), terms), Inf)
write.csv(do.call(rbind, values), file.path(here, "model_values.csv"), row.names = FALSE, quote = FALSE)
cat(length(values), "values\n")
