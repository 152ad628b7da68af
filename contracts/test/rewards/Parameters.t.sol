// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IX4PNRewards, RewardsParams} from "../../src/interfaces/IX4PNRewards.sol";
import {PlainToken} from "../mocks/OddTokens.sol";
import {RewardsTest} from "../utils/RewardsTest.sol";

/// @title What a deployment fixes, what governance can set, within which bounds, and when it counts.
contract RewardParametersTest is RewardsTest {
    /// @dev Keeps the reason of a failed creation, which `deployCode` hides.
    function create(RewardsParams memory params) external returns (address created) {
        bytes memory code = bytes.concat(vm.getCode("X4PNRewards.sol:X4PNRewards"), abi.encode(params));
        assembly ("memory-safe") {
            created := create(0, add(code, 0x20), mload(code))
            if iszero(created) {
                returndatacopy(0, 0, returndatasize())
                revert(0, returndatasize())
            }
        }
    }

    function test_construction_fixesItsParameters() public view {
        assertEq(rewards.TOKEN(), address(x4pn));
        assertEq(rewards.SESSIONS(), address(sessions));
        assertEq(rewards.REGISTRY(), address(registry));
        assertEq(rewards.kappaBps(), KAPPA_BPS);
        assertEq(rewards.referenceFloor(), FLOOR);
        assertEq(rewards.KAPPA_CAP_BPS(), 5_000);
        assertEq(rewards.REWARDS_DELAY(), 7 days);
        assertEq(rewards.MINTING_PAUSE(), 7 days);
        assertEq(rewards.MAX_HEARTBEAT(), 3 days);
        (address feed, uint256 heartbeat, uint256 lastPrice) = rewards.priceFeed();
        assertEq(feed, address(0));
        assertEq(heartbeat + lastPrice, 0);
        assertEq(rewards.mintingPausedUntil(), 0);
    }

    function test_construction_revertsWhen_itIsNotTheMinter() public {
        vm.expectRevert(abi.encodeWithSelector(IX4PNRewards.Rewards_NotMinter.selector, address(x4pn)));
        this.create(_rewardsParams());
    }

    function test_construction_revertsWhen_outOfBounds() public {
        RewardsParams memory params = _rewardsParams();
        params.kappaBps = 5_001;
        vm.expectRevert(abi.encodeWithSelector(IX4PNRewards.Rewards_OutOfBounds.selector, bytes32("kappa"), 5_001));
        this.create(params);
        params = _rewardsParams();
        params.referenceFloor = 0;
        vm.expectRevert(abi.encodeWithSelector(IX4PNRewards.Rewards_OutOfBounds.selector, bytes32("floor"), 0));
        this.create(params);
        params = _rewardsParams();
        params.authority = makeAddr("no code");
        vm.expectRevert(abi.encodeWithSelector(IX4PNRewards.Rewards_BadAddress.selector, params.authority));
        this.create(params);
        params = _rewardsParams();
        params.sessions = makeAddr("no code");
        vm.expectRevert(abi.encodeWithSelector(IX4PNRewards.Rewards_BadAddress.selector, params.sessions));
        this.create(params);
        params = _rewardsParams();
        params.sessions = address(_deploy(address(new PlainToken(5)), 5));
        vm.expectRevert(abi.encodeWithSelector(IX4PNRewards.Rewards_OutOfBounds.selector, bytes32("decimals"), 5));
        this.create(params);
    }

    function test_kappaTakesEffectAfterItsDelay() public {
        vm.expectEmit(address(rewards));
        emit IX4PNRewards.KappaScheduled(5_000, _now() + 7 days);
        vm.prank(admin);
        rewards.setKappa(5_000);
        skip(7 days - 1);
        assertEq(rewards.kappaBps(), KAPPA_BPS);
        skip(1);
        assertEq(rewards.kappaBps(), 5_000);
        vm.prank(admin);
        rewards.setKappa(0);
        assertEq(rewards.kappaBps(), 5_000);
        skip(7 days);
        assertEq(rewards.roll(_bookedEpoch(10 * USDC, 0)), 0);
    }

    function test_revertsWhen_kappaIsAboveAHalf() public {
        vm.prank(admin);
        vm.expectRevert(abi.encodeWithSelector(IX4PNRewards.Rewards_OutOfBounds.selector, bytes32("kappa"), 5_001));
        rewards.setKappa(5_001);
    }

    function test_revertsWhen_theCallerHasNoRole() public {
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, guardian);
        vm.startPrank(guardian);
        vm.expectRevert(refusal);
        rewards.setKappa(0);
        vm.expectRevert(refusal);
        rewards.setReferenceFloor(FLOOR);
        vm.expectRevert(refusal);
        rewards.setPriceFeed(address(0), 0);
        vm.stopPrank();
        refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, user);
        vm.startPrank(user);
        vm.expectRevert(refusal);
        rewards.pauseMinting();
        vm.expectRevert(refusal);
        rewards.unpauseMinting();
    }
}

/// @title The same with a fee token of 18 decimals, as BSC's USDC.
contract EighteenDecimalsTest is RewardsTest {
    function setUp() public override {
        super.setUp();
        PlainToken wide = new PlainToken(18);
        sessions = _deploy(address(wide), 18);
        wide.mint(user, 1e30);
        vm.prank(user);
        wide.approve(address(sessions), type(uint256).max);
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        address minted = deployCode("X4PNToken.sol:X4PNToken", abi.encode(next));
        RewardsParams memory params = _rewardsParams();
        (params.token, params.referenceFloor) = (minted, 0.02e18);
        rewards = IX4PNRewards(deployCode("X4PNRewards.sol:X4PNRewards", abi.encode(params)));
    }

    function test_countsInTheTokensUnits() public {
        uint256 epoch = _bookedEpoch(400e18, 0);
        assertEq(rewards.roll(epoch), 8_000 * X4PN);
        assertEq(rewards.FLOOR_MIN(), 1e12);
        assertEq(rewards.FLOOR_MAX(), 1e24);
    }

    function testFuzz_Pitfall21_mintedValueStaysUnderKappaTimesTheFees(uint256 fees, uint256 floor) public {
        fees = bound(fees, 1, 1e24);
        floor = bound(floor, 0.02e18, 1e24);
        vm.prank(admin);
        rewards.setReferenceFloor(floor);
        uint256 epoch = _bookedEpoch(fees, 0);
        uint256 minted = rewards.roll(epoch);
        assertLe(minted * floor * 10_000, KAPPA_BPS * fees * X4PN);
        assertLe(minted, rewards.schedule(epoch));
    }
}
