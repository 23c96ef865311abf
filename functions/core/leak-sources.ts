/** Which news of AWS's are taken for "this access key leaked", and so cost its user every power for some minutes. */

/**
 * AWS Health's event types about exposed keys. AWS puts its quarantine policy on the user at the same time. The last two
 * say that it only suspects so; a needless rotation is cheaper than a day's wait for certainty.
 */
export const healthEventTypes = [
  'AWS_RISK_CREDENTIALS_EXPOSED',
  'AWS_RISK_CREDENTIALS_COMPROMISED',
  'AWS_RISK_CREDENTIALS_EXPOSURE_SUSPECTED',
  'AWS_RISK_CREDENTIALS_COMPROMISE_SUSPECTED',
] as const;

/**
 * GuardDuty's findings that name a fact: the key is known to be in wrong hands, or was used from an address that AWS lists
 * as hostile or as an exit of Tor. Nobody can provoke one without having the key, so answering by force gives an
 * attacker nothing. Not among them are the AnomalousBehavior findings, which are a model's judgement (a new release of an
 * application looks anomalous), MaliciousIPCaller.Custom, whose list is the account's own, and those about roles.
 */
export const guardDutyFindingTypes = [
  'CredentialAccess:IAMUser/CompromisedCredentials',
  'UnauthorizedAccess:IAMUser/MaliciousIPCaller',
  'UnauthorizedAccess:IAMUser/TorIPCaller',
] as const;

/** GuardDuty's scale: 1 to 3.9 low, 4 to 6.9 medium, 7 and more high. Below medium nothing is answered by force. */
export const lowestSeverity = 4;

/** Name -> event pattern of each rule on the account's default bus. */
export const leakPatterns = {
  'iam-lifecycle-health': {
    source: ['aws.health'],
    'detail-type': ['AWS Health Event'],
    detail: { eventTypeCode: healthEventTypes },
  },
  'iam-lifecycle-guardduty': {
    source: ['aws.guardduty'],
    'detail-type': ['GuardDuty Finding'],
    detail: {
      type: guardDutyFindingTypes,
      severity: [{ numeric: ['>=', lowestSeverity] }],
      resource: { accessKeyDetails: { userType: ['IAMUser'] } },
    },
  },
} as const;
