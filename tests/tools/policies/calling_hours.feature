Feature: Calling hours
  Scenario: SMS campaigns keep to the hours of New York
    Given I have kore_sms_campaign defined
    Then it must have dialingStrategy
    And it must have callingHours
    And it must have timezone
    And its value must be America/New_York
